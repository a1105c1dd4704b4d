// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>

namespace moderato::workloads {

// A message: a pattern, which says whether all of it has come, and from whom; and at its end a
// mark, the number of the message, whose lowest byte is the last of all. NICs write the last byte
// last, so who sees that has the rest. A message shorter than eight bytes has a mark of one byte.

/// Fills all of it; messages of different seeds differ at every byte.
void fill_pattern(std::span<char> message, std::uint8_t seed);
/// Throws Failure, naming the first wrong byte in front of the mark, and `what` it is.
void check_pattern(std::span<const char> message, std::uint8_t seed, const char* what);

void put_mark(std::span<char> message, std::uint64_t sequence);
/// Throws Failure when the mark is not that of `sequence`.
void check_mark(std::span<const char> message, std::uint64_t sequence);

/// The last byte of message `sequence`. It differs from that of the message before.
inline char last_byte(std::uint64_t sequence) {
  return static_cast<char>(sequence);
}

}  // namespace moderato::workloads
