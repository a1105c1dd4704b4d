// SPDX-License-Identifier: Apache-2.0
#include "verbs/pattern.hpp"

#include <fmt/format.h>

#include <bit>
#include <cstring>

#include "common/failure.hpp"

namespace moderato::workloads {
namespace {

/// Neighbours differ, pages differ, and so do messages of two ranks.
char pattern_byte(std::size_t at, std::uint8_t seed) {
  return static_cast<char>(at * 167 + (at >> 8) * 13 + seed * 31u + 7);
}

std::size_t mark_size(std::span<const char> message) {
  return message.size() < sizeof(std::uint64_t) ? 1 : sizeof(std::uint64_t);
}

/// The highest byte first.
std::uint64_t mark_bytes(std::uint64_t sequence) {
  return std::endian::native == std::endian::little ? __builtin_bswap64(sequence) : sequence;
}

}  // namespace

void fill_pattern(std::span<char> message, std::uint8_t seed) {
  for (std::size_t i = 0; i < message.size(); ++i)
    message[i] = pattern_byte(i, seed);
}

void check_pattern(std::span<const char> message, std::uint8_t seed, const char* what) {
  for (std::size_t i = 0; i + mark_size(message) < message.size(); ++i)
    if (message[i] != pattern_byte(i, seed))
      throw Failure(fmt::format("{}: byte {} of {} came as {:#04x} instead of {:#04x}", what, i,
                                message.size(), static_cast<std::uint8_t>(message[i]),
                                static_cast<std::uint8_t>(pattern_byte(i, seed))));
}

void put_mark(std::span<char> message, std::uint64_t sequence) {
  const std::uint64_t bytes = mark_bytes(sequence);
  const std::size_t size = mark_size(message);
  std::memcpy(message.data() + message.size() - size,
              reinterpret_cast<const char*>(&bytes) + sizeof bytes - size, size);
}

void check_mark(std::span<const char> message, std::uint64_t sequence) {
  const std::uint64_t bytes = mark_bytes(sequence);
  const std::size_t size = mark_size(message);
  if (std::memcmp(message.data() + message.size() - size,
                  reinterpret_cast<const char*>(&bytes) + sizeof bytes - size, size) != 0)
    throw Failure(fmt::format("what came does not end as message {} does", sequence));
}

}  // namespace moderato::workloads
