// SPDX-License-Identifier: Apache-2.0
#include "common/blocks.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "common/failure.hpp"

using namespace moderato::workloads;

namespace {

std::vector<unsigned char> block_of(std::size_t size, const Block& block) {
  std::vector<unsigned char> bytes(size);
  write_block(bytes, {block.sender, block.receiver, 0});
  write_block(bytes, block);
  return bytes;
}

/// Why the bytes are refused; empty when they are not.
std::string fault(const std::vector<unsigned char>& bytes, const Block& block) {
  try {
    check_block(bytes, block);
    return {};
  } catch (const Failure& failure) {
    return failure.what();
  }
}

std::string fault(const std::vector<float>& sums, int ranks, std::size_t iteration) {
  try {
    check_sums(sums, ranks, iteration);
    return {};
  } catch (const Failure& failure) {
    return failure.what();
  }
}

/// Added up in the order of the ranks, or the other way round.
std::vector<float> sums_of(std::size_t size, int ranks, std::size_t iteration, bool backwards) {
  std::vector<float> sums(size), terms(size);
  for (int i = 0; i < ranks; ++i) {
    const int rank = backwards ? ranks - 1 - i : i;
    write_terms(terms, rank, 0);
    write_terms(terms, rank, iteration);
    for (std::size_t j = 0; j < size; ++j)
      sums[j] += terms[j];
  }
  return sums;
}

}  // namespace

TEST_CASE("what was written is what is expected, in every iteration and of every size") {
  for (const std::size_t size : {0, 1, 2, 3, 1000}) {
    for (const std::size_t iteration : {0, 1, 255, 256, 1'000'000})
      CHECK(fault(block_of(size, {3, 5, iteration}), {3, 5, iteration}).empty());
  }
}

TEST_CASE("every wrong byte of the first iteration is found, and named") {
  const Block block{2, 7, 0};
  for (std::size_t offset = 0; offset < 1000; ++offset) {
    auto bytes = block_of(1000, block);
    bytes[offset] ^= 0x10;
    const std::string text = "wrong data: byte " + std::to_string(offset) + " of what rank 2 sent";
    REQUIRE(fault(bytes, block).starts_with(text));
  }
}

TEST_CASE("later on a wrong first and last byte is found") {
  const Block block{0, 1, 9};
  for (const std::size_t offset : {0, 999}) {
    auto bytes = block_of(1000, block);
    bytes[offset] ^= 1;
    CHECK(fault(bytes, block).find("(iteration 9)") != std::string::npos);
  }
}

TEST_CASE("data of the iteration before, of another sender and for another receiver are wrong") {
  for (const std::size_t size : {1, 8, 1000}) {
    CHECK_FALSE(fault(block_of(size, {1, 2, 5}), {1, 2, 6}).empty());
    CHECK_FALSE(fault(block_of(size, {1, 2, 0}), {3, 2, 0}).empty());
    CHECK_FALSE(fault(block_of(size, {1, 2, 0}), {1, 3, 0}).empty());
  }
}

TEST_CASE("sums of floats are exact, of many ranks and in whatever order") {
  for (const int ranks : {2, 3, 4096}) {
    for (const std::size_t iteration : {0, 1, 63, 64, 1000}) {
      CHECK(fault(sums_of(100, ranks, iteration, false), ranks, iteration).empty());
      CHECK(fault(sums_of(100, ranks, iteration, true), ranks, iteration).empty());
    }
  }
}

TEST_CASE("a sum that lacks a rank, or is of the iteration before, is wrong and named") {
  CHECK(fault(sums_of(100, 3, 0, false), 4, 0).starts_with("wrong data: the sum at byte 0 is "));
  CHECK_FALSE(fault(sums_of(100, 4, 6, false), 4, 7).empty());
  auto sums = sums_of(100, 4, 0, false);
  sums[17] += 1;
  CHECK(fault(sums, 4, 0).starts_with("wrong data: the sum at byte 68 is "));
}
