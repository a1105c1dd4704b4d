// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <cmath>

#include "search/searcher.hpp"

using namespace moderato;

namespace {

SearchTask some(int count) {
  SearchTask task;
  for (int i = 1; i <= count; ++i)
    task.candidates.push_back({i, {{"rx-usecs", i}}});
  return task;
}

std::unique_ptr<Searcher> grid(int count) {
  auto searcher = make_searcher("grid", some(count));
  REQUIRE(searcher.has_value());
  return std::move(*searcher);
}

std::vector<int> numbers(const std::vector<Candidate>& candidates) {
  std::vector<int> result;
  for (const auto& candidate : candidates)
    result.push_back(candidate.number);
  return result;
}

}  // namespace

TEST_CASE("the grid asks for every candidate once, in order, in batches") {
  const auto searcher = grid(5);
  CHECK(numbers(searcher->ask(2)) == std::vector{1, 2});
  CHECK(numbers(searcher->ask(2)) == std::vector{3, 4});
  CHECK(numbers(searcher->ask(2)) == std::vector{5});
  CHECK(searcher->ask(2).empty());
  CHECK(searcher->ask(2).empty());
  CHECK(searcher->why_finished() == "every candidate was measured");
}

TEST_CASE("asked for, a candidate carries its settings") {
  CHECK(grid(3)->ask(3)[2].settings == Settings{{"rx-usecs", 3}});
}

TEST_CASE("asking for nothing takes nothing") {
  const auto searcher = grid(1);
  CHECK(searcher->ask(0).empty());
  CHECK(numbers(searcher->ask(9)) == std::vector{1});
}

TEST_CASE("an empty grid has nothing to ask") {
  CHECK(grid(0)->ask(3).empty());
}

TEST_CASE("what it is told does not change what the grid asks") {
  const auto searcher = grid(4);
  for (const Candidate& candidate : searcher->ask(2))
    searcher->tell(candidate, {candidate.number == 1 ? std::nan("") : -9.0});
  CHECK(numbers(searcher->ask(9)) == std::vector{3, 4});
}

TEST_CASE("an unknown searcher is refused with the ones that there are") {
  const auto refused = make_searcher("annealing", some(1));
  REQUIRE(!refused);
  CHECK(refused.error().message == "there is no searcher 'annealing'");
  CHECK(refused.error().remedy == "searchers: grid, random, one-factor, bayesian");
  CHECK(make_searcher("Grid", some(1)).error().remedy == "did you mean 'grid'?");
}
