// SPDX-License-Identifier: Apache-2.0
#include "tune/rounds.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <set>

namespace moderato {

TEST_CASE("the order of a round is a permutation") {
  for (const std::size_t count : {0u, 1u, 2u, 7u, 100u}) {
    auto order = round_order(count, 1, Phase::search, 3);
    std::ranges::sort(order);
    REQUIRE(order.size() == count);
    for (std::size_t i = 0; i < count; ++i)
      CHECK(order[i] == i);
  }
}

TEST_CASE("the order depends on seed, phase and round, and on nothing else") {
  const auto order = round_order(20, 1, Phase::search, 3);
  CHECK(round_order(20, 1, Phase::search, 3) == order);
  CHECK(round_order(20, 2, Phase::search, 3) != order);
  CHECK(round_order(20, 1ull << 32 | 1, Phase::search, 3) != order);
  CHECK(round_order(20, 1, Phase::confirm, 3) != order);
  CHECK(round_order(20, 1, Phase::search, 4) != order);
}

TEST_CASE("over many rounds each comes first equally often, so that drift favours none") {
  constexpr int rounds = 4000;
  std::array<int, 4> first{};
  for (int round = 0; round < rounds; ++round)
    ++first[round_order(4, 7, Phase::confirm, round).front()];
  // 1000 each, standard deviation 27: five of them.
  for (const int count : first)
    CHECK(std::abs(count - rounds / 4) < 137);
}

}  // namespace moderato
