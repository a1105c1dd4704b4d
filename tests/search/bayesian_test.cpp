// SPDX-License-Identifier: Apache-2.0
#include "search/bayesian.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <limits>
#include <map>
#include <set>

#include "trap.hpp"

using namespace moderato;

namespace {

constexpr double failed = std::numeric_limits<double>::quiet_NaN();

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

TEST_CASE("a time that is good between two that are bad is tried before long, with most seeds") {
  // As over soft-RoCE (tests/landscapes/modnic-verbs-send-mean.json): 64 us suit the round trip.
  const auto score = [](const Settings& settings) {
    static const std::map<std::int64_t, double> by_usecs{
        {0, 0}, {4, 0.10}, {8, 0.11}, {16, 0.04}, {32, -0.06}, {64, -0.09}, {256, 0.75}};
    if (settings.at("adaptive-rx") != 0) return settings.at("rx-usecs-low") == 40 ? -0.02 : 0.05;
    return settings.at("rx-frames") == 1 ? 0 : by_usecs.at(settings.at("rx-usecs"));
  };
  SearchTask task;
  task.space = {
      {{"adaptive-rx", {1, 0}},
       {"rx-usecs", {16, 0, 4, 8, 32, 64, 256}},
       {"rx-frames", {88, 1, 4, 8, 16, 32}},
       {"rx-usecs-low", {0, 8, 40}},
       {"rx-usecs-high", {128, 40, 1000}}},
      {{Constraint::Kind::fixed_unless_zero, {"adaptive-rx", "rx-usecs", "rx-frames"}},
       {Constraint::Kind::fixed_if_zero, {"adaptive-rx", "rx-usecs-low", "rx-usecs-high"}}}};
  task.baseline = {{"adaptive-rx", 1},
                   {"rx-usecs", 16},
                   {"rx-frames", 88},
                   {"rx-usecs-low", 0},
                   {"rx-usecs-high", 128}};
  task.candidates = enumerate(task.space, task.baseline);
  task.anchors = {{{"adaptive-rx", 0}, {"rx-usecs", 16}, {"rx-frames", 88}},
                  {{"adaptive-rx", 0}, {"rx-usecs", 0}, {"rx-frames", 1}}};
  int found = 0;
  for (task.seed = 1; task.seed <= 20; ++task.seed) {
    found += best_of(*bayesian(task), 20, 1, score) == -0.09 ? 1 : 0;
  }
  CHECK(found >= 16);
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

TEST_CASE(
    "every branch has its share of the first design, a small one no more than stands for it") {
  const auto searcher = bayesian(trap(1));
  int on = 0, off = 0;
  for (const Candidate& candidate : searcher->ask(7))
    ++(candidate.settings.at("adaptive-rx") != 0 ? on : off);
  CHECK(on == 2);   // of 7 points
  CHECK(off == 4);  // of 120
}

TEST_CASE("candidates that fail do not stop the search, nor are they asked for again") {
  const auto searcher = bayesian(trap(1));
  std::set<int> seen;
  for (int i = 0; i < 30; ++i) {
    const auto asked = searcher->ask(1);
    REQUIRE(asked.size() == 1);
    CHECK(seen.insert(asked[0].number).second);
    const bool fails = asked[0].settings.at("rx-usecs") == 0;
    searcher->tell(asked[0], {fails ? failed : trap_score(asked[0].settings)});
  }
}

TEST_CASE("where all fail it still asks on, for nothing is known of the others") {
  for (const double worthwhile : {0.0, 0.01, 1.0}) {
    SearchTask task = trap(1);
    task.worthwhile = worthwhile;
    const auto searcher = bayesian(task);
    for (int i = 0; i < 40; ++i) {
      CAPTURE(worthwhile);
      const auto asked = searcher->ask(1);
      REQUIRE(asked.size() == 1);
      searcher->tell(asked[0], {failed});
    }
  }
}

TEST_CASE("the only candidates that work are found where the whole first design fails") {
  for (const std::uint64_t seed : {1, 2, 3}) {
    SearchTask task = trap(seed);
    task.worthwhile = 0.01;
    const auto searcher = bayesian(task);
    std::vector<double> scores;
    while (scores.size() < 100 && std::ranges::count(scores, -0.5) == 0) {
      const auto asked = searcher->ask(1);
      CAPTURE(seed);
      REQUIRE(asked.size() == 1);
      const double score = trap_score(asked[0].settings);
      scores.push_back(score < -0.1 ? score : failed);
      searcher->tell(asked[0], {scores.back()});
    }
    CHECK(std::ranges::count(scores, -0.5) == 1);
  }
}

TEST_CASE(
    "what fails is believed to be worse than the baseline, though nothing worse was measured") {
  BayesianSearcher searcher(trap(1));
  std::vector<Candidate> all;
  for (int i = 0; i < 20; ++i) {
    all.push_back(searcher.ask(1).front());
    const bool fails = all.back().settings.at("adaptive-rx") == 0;
    searcher.tell(all.back(), {fails ? failed : -0.05});
  }
  for (const Candidate& candidate : all)
    if (candidate.settings.at("adaptive-rx") == 0)
      CHECK(searcher.view(candidate).log_ratio > 0.1);
    else
      CHECK(searcher.view(candidate).log_ratio < 0);
}

TEST_CASE("a search ends, and says so, once nothing is expected to gain what is worth a trial") {
  SearchTask task = trap(1);
  task.worthwhile = 0.01;
  const auto searcher = bayesian(task);
  const auto numbers = trajectory(*searcher, 1000);
  CHECK(numbers.size() < task.candidates.size() / 2);
  CHECK(searcher->why_finished() ==
        "no other candidate is expected to gain 1.00 % beyond the first 1 %");
}

TEST_CASE("a search does not end beside an optimum that is sharper than a smooth model expects") {
  // A cone: each doubling away from it costs 10 %.
  const auto score = [](const Settings& settings) {
    return -0.45 +
           0.1 * std::hypot(octaves(settings, "rx-usecs", 2), octaves(settings, "rx-frames", 16));
  };
  SearchTask task;
  task.space = {{{"rx-usecs", {8, 0, 1, 2, 3, 4, 6, 12, 16, 24, 32, 64, 128, 256, 512, 1024}},
                 {"rx-frames", {128, 1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 64, 256}}},
                {}};
  task.baseline = {{"rx-usecs", 8}, {"rx-frames", 128}};
  task.candidates = enumerate(task.space, task.baseline);
  task.worthwhile = 0.01;
  int found = 0;
  for (task.seed = 1; task.seed <= 20; ++task.seed)
    found += best_of(*bayesian(task), 100, 1, score) == -0.45 ? 1 : 0;
  CHECK(found >= 18);
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

TEST_CASE("the expected gain is no less than what a candidate is believed to be ahead") {
  SearchTask task;
  Parameter knob{"rx-usecs", {}};
  for (int i = 1; i <= 24; ++i)
    knob.values.push_back(i);
  task.space = {{knob}, {}};
  task.baseline = {{"rx-usecs", 24}};
  task.candidates = enumerate(task.space, task.baseline);
  task.spread = 0.002;
  BayesianSearcher searcher(task);
  std::vector<Candidate> told;
  int ahead = 0;
  for (auto asked = searcher.ask(1); !asked.empty(); asked = searcher.ask(1)) {
    double best = 0;  // the baseline's
    for (const Candidate& one : told)
      best = std::min(best, searcher.view(one).log_ratio);
    const double gain = best - searcher.view(asked[0]).log_ratio;
    if (searcher.expected_gain()) {
      CHECK(*searcher.expected_gain() >= gain);
      ahead += gain > 0 ? 1 : 0;
    }
    // A valley so wide that the bottom is less than 1 % below what was measured beside it.
    const auto away = static_cast<double>(asked[0].settings.at("rx-usecs") - 9);
    searcher.tell(asked[0], {0.0005 * away * away - 0.1});
    told.push_back(asked[0]);
  }
  CHECK(ahead > 0);
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
