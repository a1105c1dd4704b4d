// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <set>

#include "trap.hpp"

using namespace moderato;

namespace {

std::unique_ptr<Searcher> searcher(const char* name, SearchTask task) {
  auto made = make_searcher(name, std::move(task));
  REQUIRE(made.has_value());
  return std::move(*made);
}

}  // namespace

TEST_CASE("one factor at a time varies one knob, then the next from the best so far") {
  SearchTask task;
  task.space = {{{"a", {0, 1, 2}}, {"b", {0, 1, 2}}}, {}};
  task.baseline = {{"a", 0}, {"b", 0}};
  task.candidates = enumerate(task.space, task.baseline);
  const auto one = searcher("one-factor", task);
  std::vector<Settings> asked;
  for (auto some = one->ask(1); !some.empty(); some = one->ask(1)) {
    asked.push_back(some[0].settings);
    const auto off = [&](const char* knob, std::int64_t best) {
      return static_cast<double>(std::abs(some[0].settings.at(knob) - best));
    };
    one->tell(some[0], {-1 + 0.3 * off("a", 2) + 0.1 * off("b", 1)});
  }
  CHECK(asked == std::vector<Settings>{{{"a", 1}, {"b", 0}},
                                       {{"a", 2}, {"b", 0}},
                                       {{"a", 2}, {"b", 1}},
                                       {{"a", 2}, {"b", 2}},
                                       {{"a", 0}, {"b", 1}},
                                       {{"a", 1}, {"b", 1}}});
  CHECK(one->why_finished() == "no change of a single knob helps any more");
}

TEST_CASE("where all fail, one factor at a time ends") {
  const auto one = searcher("one-factor", trap(1));
  std::size_t asked = 0;
  for (auto some = one->ask(4); !some.empty(); some = one->ask(4)) {
    asked += some.size();
    for (const Candidate& candidate : some)
      one->tell(candidate, {std::nan("")});
  }
  CHECK(asked > 0);
  CHECK(asked < trap(1).candidates.size());
}

TEST_CASE("random asks for every candidate once, in an order that the seed makes") {
  const auto order = [](std::uint64_t seed) {
    std::vector<int> numbers;
    const auto random = searcher("random", trap(seed));
    for (auto some = random->ask(5); !some.empty(); some = random->ask(5))
      for (const Candidate& candidate : some)
        numbers.push_back(candidate.number);
    return numbers;
  };
  const auto first = order(1);
  CHECK(std::set<int>(first.begin(), first.end()).size() == trap(1).candidates.size());
  CHECK(first.size() == trap(1).candidates.size());
  CHECK(order(1) == first);
  CHECK(order(2) != first);
}

TEST_CASE("random looks at the anchors first") {
  SearchTask task = trap(1);
  task.anchors = {{{"adaptive-rx", 0}, {"rx-usecs", 8}, {"rx-frames", 16}}};
  CHECK(searcher("random", task)->ask(1)[0].settings.at("rx-frames") == 16);
}
