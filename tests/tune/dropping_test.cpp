// SPDX-License-Identifier: Apache-2.0
#include "tune/dropping.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <functional>
#include <map>

#include "stats/contaminated.hpp"

namespace moderato {
namespace {

Trial trial(Phase phase, int round, int candidate, double score, int replicate = 0) {
  Trial t{.key = {phase, round, candidate, replicate}};
  t.score = score;
  return t;
}

const std::vector<Candidate> batch{{1, {}}, {2, {}}, {3, {}}, {4, {}}};

/// Pairs of the calibration and rounds of the search, ratios[round][candidate - 1]; trials repeat
/// to 1 %.
std::vector<Trial> searched(const std::vector<std::vector<double>>& ratios) {
  std::vector<Trial> trials;
  for (int round = 0; round < 5; ++round) {
    trials.push_back(trial(Phase::calibrate, round, 0, 100));
    trials.push_back(trial(Phase::calibrate, round, 0, 99 + 0.5 * round, 1));
  }
  for (std::size_t round = 0; round < ratios.size(); ++round) {
    const double drift = 100 + 10.0 * static_cast<double>(round);
    trials.push_back(trial(Phase::search, static_cast<int>(round), 0, drift));
    for (std::size_t i = 0; i < ratios[round].size(); ++i)
      trials.push_back(trial(Phase::search, static_cast<int>(round), static_cast<int>(i) + 1,
                             drift * ratios[round][i]));
  }
  return trials;
}

std::vector<int> hopeless(const std::vector<std::vector<double>>& ratios) {
  std::vector<int> numbers;
  for (const Candidate& c : batch_round(Phase::search, batch, searched(ratios), 0).hopeless)
    numbers.push_back(c.number);
  return numbers;
}

}  // namespace

TEST_CASE("two bad rounds are hopeless, one is not, whatever its size up to an outlier's") {
  CHECK(hopeless({{1, 1.3, 9, 0.99}}).empty());
  CHECK(hopeless({{1, 1.3, 9, 0.99}, {1, 1.31, 1, 1.01}}) == std::vector{2});
  CHECK(hopeless({{1, 1.3, 9, 0.99}, {1, 1.31, 9, 1.01}}) == std::vector{2, 3});
}

TEST_CASE("what no outlier reaches is hopeless after one round") {
  CHECK(hopeless({{1, 19, 21, 0.99}}) == std::vector{3});
}

TEST_CASE("of three rounds two bad ones suffice") {
  CHECK(hopeless({{1, 1, 1, 1}, {1, 1.5, 1, 1}, {1, 1, 1, 1}}).empty());
  CHECK(hopeless({{1, 1, 1, 1}, {1, 1.5, 1, 1}, {1, 1.5, 1, 1}}) == std::vector{2});
}

TEST_CASE("what is as good as the baseline is hopeless beside a much better candidate") {
  CHECK(hopeless({{1, 1, 0.8, 1.01}, {1.01, 1, 0.81, 1}}) == std::vector{1, 2, 4});
  CHECK(hopeless({{1, 1.02, 0.99, 1.01}, {1.02, 1, 1, 0.99}}).empty());
  // One round whose baseline was slow makes no incumbent.
  CHECK(hopeless({{0.3, 0.29, 0.3, 0.31}, {1, 1, 1, 1}}).empty());
}

TEST_CASE("what differs by no more than trials of the same settings do is measured to the end") {
  CHECK(hopeless({{1.005, 1.01, 1.008, 1}, {1.01, 1.005, 1.006, 1}}).empty());
}

TEST_CASE("outside of the search nobody is hopeless") {
  auto trials = searched({{1, 2, 2, 2}, {1, 2, 2, 2}});
  for (Trial& t : trials)
    if (t.key.phase == Phase::search) t.key.phase = Phase::probe;
  CHECK(batch_round(Phase::probe, batch, trials, 0).measured.size() == 4);
}

TEST_CASE("failing candidates are out, and those of an earlier batch may fail again") {
  auto trials = searched({{1, 1, 1, 1}, {1, 1, 1, 1}});
  for (Trial& t : trials)
    if (t.key.candidate == 2 && t.key.phase == Phase::search) t.state = TrialState::failed;
  CHECK(batch_round(Phase::search, batch, trials, 0).failing.front().number == 2);
  CHECK(batch_round(Phase::search, batch, trials, 2).failing.empty());
}

TEST_CASE("a batch is complete without those that were dropped, and not before") {
  const auto two = searched({{1, 1.3, 1, 0.99}, {1, 1.31, 1, 1.01}});
  auto trials = two;
  for (const Trial& t : searched({{}, {}, {1, 1, 1, 1}}))
    if (t.key.phase == Phase::search && t.key.round == 2 && t.key.candidate != 2)
      trials.push_back(t);
  CHECK(batch_is_complete(batch, trials, 0, 3));
  CHECK(batch_is_complete(batch, two, 0, 2));
  CHECK_FALSE(batch_is_complete(batch, two, 0, 3));
  trials.pop_back();
  CHECK_FALSE(batch_is_complete(batch, trials, 0, 3));
}

TEST_CASE("the best candidate is hopeless by chance in at most 1 of 200 searches") {
  int lost = 0, trials_saved = 0;
  constexpr int searches = 1000;
  for (int seed = 1; seed <= searches; ++seed) {
    ContaminatedNoise noise(static_cast<std::uint64_t>(seed));
    std::vector<Trial> trials;
    for (int round = 0; round < 5; ++round)
      for (int replicate : {0, 1})
        trials.push_back(trial(Phase::calibrate, round, 0, std::exp(noise.log_score()), replicate));
    const std::map<int, double> truth{{0, 0}, {1, -0.05}, {2, 0}, {3, 0.1}, {4, 0.3}};
    for (int round = 0; round < 3; ++round) {
      const auto next = batch_round(Phase::search, batch, trials, 0);
      for (const Candidate& c : next.hopeless)
        lost += c.number == 1;
      trials_saved += static_cast<int>(next.hopeless.size());
      for (const auto& [number, log_score] : truth)
        trials.push_back(
            trial(Phase::search, round, number, std::exp(log_score + noise.log_score())));
    }
  }
  CHECK(lost <= searches / 200);
  CHECK(trials_saved >= searches);  // of the two bad candidates one third round at least
}

}  // namespace moderato
