// SPDX-License-Identifier: Apache-2.0
#include "tune/analysis.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <random>

using namespace moderato;

namespace {

Trial trial(Phase phase, int round, int candidate, double score, int replicate = 0) {
  Trial t;
  t.key = {phase, round, candidate, replicate};
  t.score = score;
  t.outcomes = {{"w", "us", Summary{.n = 1000, .median = score / 2, .p99 = score}, {}}};
  return t;
}

Trial failed(Phase phase, int round, int candidate, const std::string& reason) {
  Trial t = trial(phase, round, candidate, 0);
  t.state = TrialState::failed;
  t.reason = reason;
  t.outcomes.clear();
  return t;
}

const std::vector<Candidate> three{
    {1, {{"rx-usecs", 0}}}, {2, {{"rx-usecs", 8}}}, {3, {{"rx-usecs", 64}}}};

/// Confirmation rounds on a drifting machine: the baseline takes 100, candidate i ratio[i] of it.
std::vector<Trial> confirmation(const std::vector<double>& ratios, int rounds,
                                std::uint64_t seed = 1) {
  std::mt19937_64 random(seed);
  std::normal_distribution<double> noise(0, 0.015);
  std::vector<Trial> trials;
  for (int round = 0; round < rounds; ++round) {
    const double drift = 100 * (1 + 0.05 * round);
    trials.push_back(trial(Phase::confirm, round, 0, drift * std::exp(noise(random))));
    for (std::size_t i = 0; i < ratios.size(); ++i)
      trials.push_back(trial(Phase::confirm, round, static_cast<int>(i) + 1,
                             drift * ratios[i] * std::exp(noise(random))));
  }
  return trials;
}

}  // namespace

TEST_CASE("a ratio is taken within its round, so drift does not count") {
  std::vector<Trial> trials;
  for (int round = 0; round < 3; ++round) {
    const double drift = std::pow(2.0, round);
    trials.push_back(trial(Phase::search, round, 0, 100 * drift));
    trials.push_back(trial(Phase::search, round, 1, 80 * drift));
  }
  const auto all = standings(std::vector{three[0]}, trials);
  CHECK(all[0].ratio_median.value() == doctest::Approx(0.8));
  CHECK(all[0].rounds == 3);
}

TEST_CASE(
    "who was left behind is not the best because the baseline did worse while it was measured") {
  std::vector<Trial> trials;
  for (int round = 0; round < 5; ++round) {
    trials.push_back(trial(Phase::search, round, 0, round < 2 ? 170 : 94));
    trials.push_back(trial(Phase::search, round, 1, 20));
    if (round < 2) trials.push_back(trial(Phase::search, round, 2, 24));
  }
  // Another batch, of which nobody was left behind.
  trials.push_back(trial(Phase::search, 5, 0, 94));
  trials.push_back(trial(Phase::search, 5, 3, 47));
  const auto all = standings(three, trials);
  CHECK(all[0].ratio_median.value() == doctest::Approx(20.0 / 94));
  CHECK(all[1].ratio_median.value() == doctest::Approx(24.0 / 94));
  CHECK(all[1].rounds == 2);
  CHECK(all[2].ratio_median.value() == doctest::Approx(0.5));
  CHECK(choose_finalists(all, 1).front().number == 1);
  CHECK(standings(std::vector{three[1]}, trials)[0].ratio_median == all[1].ratio_median);
}

TEST_CASE("a round without its baseline says nothing of its candidates") {
  const std::vector<Trial> trials{failed(Phase::search, 0, 0, "x"), trial(Phase::search, 0, 1, 5)};
  const auto all = standings(std::vector{three[0]}, trials);
  CHECK_FALSE(all[0].ratio_median);
  CHECK(all[0].rounds == 0);
}

TEST_CASE("the last record of a trial counts") {
  std::vector<Trial> trials{trial(Phase::search, 0, 0, 100), trial(Phase::search, 0, 1, 900)};
  trials[1].state = TrialState::void_trial;
  trials.push_back(trial(Phase::search, 0, 1, 90));
  const auto all = standings(std::vector{three[0]}, trials);
  CHECK(all[0].ratio_median.value() == doctest::Approx(0.9));
  CHECK(all[0].voided == 1);
}

TEST_CASE("a candidate that always fails is told with its reason and never a finalist") {
  const std::vector<Trial> trials{trial(Phase::search, 0, 0, 100),
                                  failed(Phase::search, 0, 1, "rx-usecs: Invalid argument")};
  const auto all = standings(three, trials);
  CHECK(all[0].failed == 1);
  CHECK(all[0].reason == "rx-usecs: Invalid argument");
  CHECK(choose_finalists(all, 3).empty());
}

TEST_CASE("finalists are the best, best first, and only those better than the baseline") {
  const std::vector<Trial> trials{trial(Phase::search, 0, 0, 100), trial(Phase::search, 0, 1, 90),
                                  trial(Phase::search, 0, 2, 70), trial(Phase::search, 0, 3, 120)};
  const auto finalists = choose_finalists(standings(three, trials), 3);
  REQUIRE(finalists.size() == 2);
  CHECK(finalists[0].number == 2);
  CHECK(finalists[1].number == 1);
  CHECK(choose_finalists(standings(three, trials), 1).size() == 1);
}

TEST_CASE("a planted optimum is found") {
  const auto comparisons = compare(three, confirmation({0.97, 0.90, 1.10}, 15), {});
  const auto best = winner(comparisons, 0.05);
  REQUIRE(best);
  CHECK(*best == 1);
  CHECK(comparisons[1].ratio_low < 0.90);
  CHECK(comparisons[1].ratio_high > 0.90);
  CHECK(comparisons[1].p_holm < 0.001);
}

TEST_CASE("equal settings give no difference") {
  int claimed = 0;
  constexpr int studies = 400;
  for (int seed = 1; seed <= studies; ++seed) {
    const auto comparisons =
        compare(three, confirmation({1, 1, 1}, 15, static_cast<std::uint64_t>(seed)), {});
    claimed += winner(comparisons, 0.05).has_value();
  }
  // At most 5 % in the long run (half of it on the side that counts); 400 studies at 2.5 % exceed
  // 20 with a probability of about 0.3 %.
  CHECK(claimed <= 20);
}

TEST_CASE("a significantly worse candidate never wins") {
  const auto comparisons = compare(std::vector{three[0]}, confirmation({1.2}, 15), {});
  CHECK(comparisons[0].p_holm < 0.001);
  CHECK_FALSE(winner(comparisons, 0.05));
}

TEST_CASE("too few rounds for an interval prove nothing") {
  const auto comparisons = compare(std::vector{three[0]}, confirmation({0.5}, 5), {.rounds = 5});
  CHECK(comparisons[0].confidence == 0);
  CHECK_FALSE(winner(comparisons, 0.5));
}

TEST_CASE("a finalist that fell behind is not tested, but counts among the comparisons") {
  auto trials = confirmation({0.90, 0.80, 0.85}, 15);
  std::erase_if(trials, [](const Trial& t) { return t.key.candidate > 1 && t.key.round >= 5; });
  const auto comparisons = compare(three, trials, {});
  CHECK(comparisons[0].tested_rounds == 15);
  CHECK(comparisons[0].p_holm == doctest::Approx(3 * comparisons[0].p_rank));
  for (const std::size_t behind : {1u, 2u}) {
    CHECK(comparisons[behind].tested_rounds == 0);
    CHECK(comparisons[behind].rounds == 5);
    CHECK(comparisons[behind].p_rank == 1);
    CHECK(comparisons[behind].p_holm == 1);
    CHECK(comparisons[behind].ratio_median < 0.9);
  }
  CHECK(winner(comparisons, 0.05) == 0);
}

TEST_CASE("a finalist that failed twice is not chosen, however many rounds it had before") {
  auto trials = confirmation({0.80, 0.90}, 17);
  const std::vector two{three[0], three[1]};
  CHECK(winner(compare(two, trials, {}), 0.05) == 0);
  trials.push_back(failed(Phase::confirm, 17, 1, "no answer"));
  CHECK(winner(compare(two, trials, {}), 0.05) == 0);
  CHECK(compare(two, trials, {}).front().failed_rounds == 1);
  trials.push_back(failed(Phase::confirm, 18, 1, "no answer"));
  const auto comparisons = compare(two, trials, {});
  CHECK(comparisons.front().rounds == 17);
  CHECK(comparisons.front().tested_rounds == 0);
  CHECK(comparisons.front().failed_rounds == 2);
  CHECK(comparisons.front().fails());
  CHECK(winner(comparisons, 0.05) == 1);
}

TEST_CASE("significant is at or below alpha, for who decides as for who reports") {
  Comparison c{.settings = {}, .tested_rounds = 15, .ratio_high = 0.9, .confidence = 0.96};
  c.p_holm = 0.05;
  CHECK(is_proven(c, 0.05));
  c.p_holm = 0.0501;
  CHECK_FALSE(is_proven(c, 0.05));
}

TEST_CASE("p-values rest on the rounds that were fixed beforehand, figures on all") {
  const auto trials = confirmation({0.97}, 20), first = confirmation({0.97}, 15);
  const std::vector one{three[0]};
  const auto longer = compare(one, trials, {}).front(), fixed = compare(one, first, {}).front();
  CHECK(longer.p_rank == fixed.p_rank);
  CHECK(longer.p_t == fixed.p_t);
  CHECK(longer.rounds == 20);
  CHECK(longer.ratio_median != fixed.ratio_median);
}

TEST_CASE("a baseline that was measured twice in a round counts twice in the test") {
  auto trials = confirmation({0.97}, 15);
  const std::vector one{three[0]};
  const double once = compare(one, trials, {}).front().p_rank;
  for (const Trial& t : confirmation({}, 15, 7)) {
    trials.push_back(t);
    trials.back().key.replicate = 1;
  }
  CHECK(compare(one, trials, {}).front().p_rank < once);
  CHECK(compare(one, trials, {}).front().rounds == 15);
}

TEST_CASE("calibration compares the two baselines of a round") {
  const std::vector<Trial> trials{
      trial(Phase::calibrate, 0, 0, 100, 0), trial(Phase::calibrate, 0, 0, 110, 1),
      trial(Phase::calibrate, 1, 0, 200, 0), trial(Phase::calibrate, 1, 0, 200, 1)};
  const Noise noise = noise_from(trials);
  CHECK(noise.n == 2);
  CHECK(noise.floor > 0);
  CHECK(noise.floor <= doctest::Approx(std::log(1.1)));
}

TEST_CASE("typical summaries are medians over the complete trials of the confirmation") {
  std::vector<Trial> trials{trial(Phase::confirm, 0, 1, 10), trial(Phase::confirm, 1, 1, 30),
                            trial(Phase::confirm, 2, 1, 20), trial(Phase::search, 0, 1, 1)};
  trials.push_back(failed(Phase::confirm, 3, 1, "x"));
  const auto summaries = typical_summaries(trials, 1);
  REQUIRE(summaries.size() == 1);
  CHECK(summaries.at("w").p99 == 20);
  CHECK(summaries.at("w").median == 10);
  CHECK(summaries.at("w").n == 1000);
}

TEST_CASE("typical counters are medians over the complete trials of the confirmation") {
  std::vector<Trial> trials{trial(Phase::confirm, 0, 1, 10), trial(Phase::confirm, 1, 1, 30),
                            trial(Phase::confirm, 2, 1, 20), trial(Phase::search, 0, 1, 1)};
  for (std::size_t i = 0; i < trials.size(); ++i)
    trials[i].outcomes.front().counters["messages_per_s"] = 100.0 * static_cast<double>(i);
  const auto counters = typical_counters(trials, 1);
  REQUIRE(counters.contains("w"));
  CHECK(counters.at("w").at("messages_per_s") == 100);
  CHECK(typical_counters(trials, 2).empty());
}

TEST_CASE("a value that a driver turned into another is told once, of each endpoint that did it") {
  Trial rounded = trial(Phase::search, 0, 1, 100), baseline = trial(Phase::search, 0, 0, 100);
  rounded.settings = {{"rx-frames", 8}, {"rx-usecs", 7}};
  rounded.effective = {{"a/eth0", {{"rx-frames", 8}, {"rx-usecs", 4}}},
                       {"b/eth0", {{"rx-frames", 8}, {"rx-usecs", 7}}}};
  baseline.settings = {{"rx-usecs", 16}};
  baseline.effective = {{"b/eth0", {{"rx-usecs", 32}}}};  // the ends may start apart
  CHECK(turned_values(std::vector{baseline, rounded, rounded}) ==
        std::vector{TurnedValue{"a/eth0", "rx-usecs", 7, 4}});
}
