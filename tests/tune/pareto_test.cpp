// SPDX-License-Identifier: Apache-2.0
#include "tune/pareto.hpp"

#include <doctest/doctest.h>

namespace moderato {
namespace {

struct Ratios {
  double score, throughput;
};

/// Three rounds; the baseline's score is 100, its throughput 1000.
std::vector<Trial> measured(const std::vector<Ratios>& candidates, bool with_throughput = true) {
  std::vector<Trial> trials;
  for (int round = 0; round < 3; ++round) {
    const double speed = 1 + 0.3 * round;
    const auto add = [&](int number, const Ratios& ratios) {
      Trial trial{.key = {Phase::search, round, number, 0}, .settings = {{"rx-usecs", number}}};
      trial.score = 100 * ratios.score * speed;
      if (with_throughput) trial.figures["throughput"] = 1000 * ratios.throughput / speed;
      trials.push_back(std::move(trial));
    };
    add(0, {1, 1});
    for (std::size_t i = 0; i < candidates.size(); ++i)
      add(static_cast<int>(i) + 1, candidates[i]);
  }
  return trials;
}

const Settings baseline{{"rx-usecs", 8}};

}  // namespace

TEST_CASE("settings that are better in one figure and worse in another are a trade-off") {
  const auto set = trade_offs({}, baseline, measured({{0.7, 0.8}, {0.9, 0.7}, {0.9, 0.95}}));
  REQUIRE(set.size() == 3);
  CHECK(set[0].candidate == 1);
  CHECK(set[1].candidate == 3);
  CHECK(set[2].candidate == 0);
  CHECK(set[2].settings == baseline);
  CHECK(set[0].ratios.at("p99") == doctest::Approx(0.7));
  CHECK(set[0].ratios.at("throughput") == doctest::Approx(0.8));
  CHECK(set[0].rounds == 3);
}

TEST_CASE("a baseline that is beaten in everything is not in the set") {
  const auto set = trade_offs({}, baseline, measured({{0.7, 1.2}}));
  REQUIRE(set.size() == 1);
  CHECK(set.front().candidate == 1);
}

TEST_CASE("with the objective as the only figure there is no trade-off to show") {
  CHECK(trade_offs({}, baseline, measured({{0.7, 1}, {0.9, 1}}, false)).empty());
  CHECK(trade_offs({}, baseline, {}).empty());
}

}  // namespace moderato
