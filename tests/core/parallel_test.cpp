// SPDX-License-Identifier: Apache-2.0
#include "core/parallel.hpp"

#include <doctest/doctest.h>

#include <barrier>
#include <vector>

using namespace moderato;

TEST_CASE("every number is worked on once, and all are done on return") {
  for (const std::size_t count : {0u, 1u, 2u, 100u}) {
    std::vector<int> calls(count, 0);
    in_parallel(count, [&](std::size_t i) { ++calls.at(i); });
    CHECK(calls == std::vector<int>(count, 1));
  }
}

TEST_CASE("all are at work at the same time") {
  std::barrier everybody(8);  // would wait for ever if one came after another
  in_parallel(8, [&](std::size_t) { everybody.arrive_and_wait(); });
  CHECK(true);
}
