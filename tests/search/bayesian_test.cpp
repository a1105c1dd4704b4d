// SPDX-License-Identifier: Apache-2.0
#include "search/bayesian.hpp"

#include <doctest/doctest.h>

#include <limits>
#include <set>

#include "trap.hpp"

using namespace moderato;

namespace {

std::unique_ptr<Searcher> bayesian(SearchTask task) {
  auto searcher = make_searcher("bayesian", std::move(task));
  REQUIRE(searcher.has_value());
  return std::move(*searcher);
}

/// The numbers asked for, in order.
std::vector<int> trajectory(Searcher& searcher, std::size_t evaluations, std::size_t batch = 1) {
  std::vector<int> numbers;
  while (numbers.size() < evaluations) {
    const auto asked = searcher.ask(batch);
    if (asked.empty()) break;
    for (const Candidate& candidate : asked) {
      numbers.push_back(candidate.number);
      searcher.tell(candidate, {trap_score(candidate.settings)});
    }
  }
  return numbers;
}

}  // namespace

TEST_CASE("a planted optimum is found in the branch that looks hopeless, with any seed") {
  for (const std::uint64_t seed : {1, 2, 3, 4, 5})
    CHECK(best_of(*bayesian(trap(seed)), 45) == doctest::Approx(-0.5));
}

TEST_CASE("the same seed and answers give the same questions, another seed gives others") {
  const auto first = trajectory(*bayesian(trap(7)), 25);
  CHECK(trajectory(*bayesian(trap(7)), 25) == first);
  CHECK(trajectory(*bayesian(trap(8)), 25) != first);
}

TEST_CASE("in batches, too, the same seed and answers give the same questions") {
  CHECK(trajectory(*bayesian(trap(7)), 24, 4) == trajectory(*bayesian(trap(7)), 24, 4));
}

TEST_CASE("no candidate is asked for twice, and in the end every one was") {
  SearchTask task = trap(1);
  task.candidates.resize(40);
  const auto searcher = bayesian(task);
  const auto numbers = trajectory(*searcher, 1000, 3);
  CHECK(numbers.size() == 40);
  CHECK(std::set<int>(numbers.begin(), numbers.end()).size() == 40);
  CHECK(searcher->why_finished() == "every candidate was measured");
}

TEST_CASE("anchors come first, each as the closest candidate of its branch") {
  SearchTask task = trap(1);
  task.anchors = {{{"adaptive-rx", 0}, {"rx-usecs", 9}, {"rx-frames", 15}},
                  {{"adaptive-rx", 1}, {"rx-usecs-high", 1000}}};
  const auto asked = bayesian(task)->ask(2);
  REQUIRE(asked.size() == 2);
  CHECK(asked[0].settings.at("rx-usecs") == 8);
  CHECK(asked[0].settings.at("rx-frames") == 16);
  CHECK(asked[1].settings.at("adaptive-rx") == 1);
  CHECK(asked[1].settings.at("rx-usecs-high") == 1024);
}

TEST_CASE("every branch has its share of the first design") {
  const auto searcher = bayesian(trap(1));
  int on = 0, off = 0;
  for (const Candidate& candidate : searcher->ask(7))
    ++(candidate.settings.at("adaptive-rx") != 0 ? on : off);
  CHECK(on >= 3);
  CHECK(off >= 3);
}

TEST_CASE("candidates that fail do not stop the search, nor are they asked for again") {
  const auto searcher = bayesian(trap(1));
  std::set<int> seen;
  for (int i = 0; i < 30; ++i) {
    const auto asked = searcher->ask(1);
    REQUIRE(asked.size() == 1);
    CHECK(seen.insert(asked[0].number).second);
    const bool fails = asked[0].settings.at("rx-usecs") == 0;
    searcher->tell(asked[0], {fails ? std::numeric_limits<double>::quiet_NaN()
                                    : trap_score(asked[0].settings)});
  }
}

TEST_CASE("where all fail it still asks on") {
  const auto searcher = bayesian(trap(1));
  for (int i = 0; i < 12; ++i) {
    const auto asked = searcher->ask(1);
    REQUIRE(asked.size() == 1);
    searcher->tell(asked[0], {std::numeric_limits<double>::quiet_NaN()});
  }
}

TEST_CASE("a search ends, and says so, once nothing is expected to gain what is worth a trial") {
  SearchTask task = trap(1);
  task.worthwhile = 0.01;
  const auto searcher = bayesian(task);
  const auto numbers = trajectory(*searcher, 1000);
  CHECK(numbers.size() < task.candidates.size() / 2);
  CHECK(searcher->why_finished() == "no other candidate is expected to gain 1.01 %");
}

TEST_CASE("the expected gain is told once there is a model, and shrinks as the search goes on") {
  const auto searcher = bayesian(trap(1));
  CHECK_FALSE(searcher->expected_gain());
  trajectory(*searcher, 12);
  const auto early = searcher->expected_gain();
  trajectory(*searcher, 60);
  const auto late = searcher->expected_gain();
  REQUIRE(early);
  REQUIRE(late);
  CHECK(*late < *early);
}

TEST_CASE("a space of a single candidate is searched, too") {
  SearchTask task;
  task.space = {{{"rx-usecs", {0}}}, {}};
  task.baseline = {{"rx-usecs", 16}};
  task.candidates = enumerate(task.space, task.baseline);
  const auto searcher = bayesian(task);
  const auto asked = searcher->ask(3);
  REQUIRE(asked.size() == 1);
  searcher->tell(asked[0], {-0.1});
  CHECK(searcher->ask(3).empty());
}
