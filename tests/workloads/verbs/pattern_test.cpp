// SPDX-License-Identifier: Apache-2.0
#include "verbs/pattern.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <vector>

#include "common/failure.hpp"

using namespace moderato::workloads;

namespace {

std::vector<char> message(std::size_t size, std::uint8_t seed, std::uint64_t sequence) {
  std::vector<char> result(size);
  fill_pattern(result, seed);
  put_mark(result, sequence);
  return result;
}

}  // namespace

TEST_CASE("a whole message is recognised, whatever its size") {
  for (const std::size_t size : {1, 2, 7, 8, 9, 4096, 100'000}) {
    CAPTURE(size);
    const auto whole = message(size, 1, 258);
    CHECK_NOTHROW(check_pattern(whole, 1, "it"));
    CHECK_NOTHROW(check_mark(whole, 258));
    CHECK(whole.back() == last_byte(258));
  }
}

TEST_CASE("every wrong byte is seen, and named") {
  for (std::size_t at = 0; at < 92; ++at) {
    auto spoilt = message(100, 1, 5);
    spoilt[at] = static_cast<char>(spoilt[at] ^ 1);
    CHECK_THROWS_WITH_AS(check_pattern(spoilt, 1, "it"),
                         doctest::Contains(("byte " + std::to_string(at) + " of 100").c_str()),
                         Failure);
  }
}

TEST_CASE("a page in the place of another, and the message of another rank, are wrong") {
  auto swapped = message(2 * 4096, 1, 5);
  std::swap_ranges(swapped.begin(), swapped.begin() + 1024, swapped.begin() + 4096);
  CHECK_THROWS_AS(check_pattern(swapped, 1, "it"), Failure);
  CHECK_THROWS_AS(check_pattern(message(100, 2, 5), 1, "it"), Failure);
}

TEST_CASE("a message that is not the expected one is seen") {
  CHECK_THROWS_WITH_AS(check_mark(message(8, 1, 6), 7), "what came does not end as message 7 does",
                       Failure);
  // 256 apart, a single byte is the same; eight are not.
  CHECK_NOTHROW(check_mark(message(1, 1, 6), 6 + 256));
  CHECK_THROWS_AS(check_mark(message(8, 1, 6), 6 + 256), Failure);
}
