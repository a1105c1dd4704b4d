// SPDX-License-Identifier: Apache-2.0
#include "common/blocks.hpp"

#include <fmt/format.h>

#include <cstdint>

#include "common/failure.hpp"

namespace moderato::workloads {
namespace {

/// Calls `visit` for each offset in the first iteration, else for the first and the last one.
template <typename Visit>
void for_offsets(std::size_t size, std::size_t iteration, Visit visit) {
  const std::size_t step = iteration == 0 || size < 2 ? 1 : size - 1;
  for (std::size_t offset = 0; offset < size; offset += step)
    visit(offset);
}

bool at_an_end(std::size_t offset, std::size_t size) {
  return offset == 0 || offset + 1 == size;
}

/// Multiplied by 2^64 / golden ratio, whose upper bits differ for neighbours.
unsigned char byte_at(std::size_t offset, std::size_t size, const Block& block) {
  const std::uint64_t place = (static_cast<std::uint64_t>(block.sender) << 48) +
                              (static_cast<std::uint64_t>(block.receiver) << 32) + offset;
  const std::uint64_t mixed = place * 0x9e3779b97f4a7c15U >> 56;
  return static_cast<unsigned char>(mixed + (at_an_end(offset, size) ? block.iteration : 0));
}

constexpr int rank_terms = 8;        // what a term owes to its rank: 1 to 8
constexpr int offset_terms = 64;     // to its place: 0 to 63
constexpr int iteration_terms = 64;  // and at the ends to its iteration: 0 to 63

int shared_term(std::size_t index, std::size_t size, std::size_t iteration) {
  const std::size_t ends = at_an_end(index, size) ? iteration % iteration_terms : 0;
  return static_cast<int>(index % offset_terms + ends);
}

int term_of_rank(int rank) {
  return 1 + rank % rank_terms;
}

int sum_of_rank_terms(int ranks) {
  int sum = 0;
  for (int rank = 0; rank < ranks; ++rank)
    sum += term_of_rank(rank);
  return sum;
}

}  // namespace

void write_block(Bytes bytes, const Block& block) {
  for_offsets(bytes.size(), block.iteration,
              [&](std::size_t offset) { bytes[offset] = byte_at(offset, bytes.size(), block); });
}

void check_block(ConstBytes bytes, const Block& block) {
  for_offsets(bytes.size(), block.iteration, [&](std::size_t offset) {
    const unsigned char expected = byte_at(offset, bytes.size(), block);
    if (bytes[offset] != expected)
      throw Failure(
          fmt::format("wrong data: byte {} of what rank {} sent is {:#04x}, not {:#04x}"
                      " (iteration {})",
                      offset, block.sender, bytes[offset], expected, block.iteration));
  });
}

void write_terms(std::span<float> terms, int rank, std::size_t iteration) {
  for_offsets(terms.size(), iteration, [&](std::size_t index) {
    terms[index] =
        static_cast<float>(term_of_rank(rank) + shared_term(index, terms.size(), iteration));
  });
}

void check_sums(std::span<const float> sums, int ranks, std::size_t iteration) {
  const int of_ranks = sum_of_rank_terms(ranks);
  for_offsets(sums.size(), iteration, [&](std::size_t index) {
    const auto expected =
        static_cast<float>(of_ranks + ranks * shared_term(index, sums.size(), iteration));
    if (sums[index] != expected)
      throw Failure(fmt::format("wrong data: the sum at byte {} is {}, not {} (iteration {})",
                                index * sizeof(float), sums[index], expected, iteration));
  });
}

}  // namespace moderato::workloads
