// SPDX-License-Identifier: Apache-2.0
#include "tune/records.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "tune/attempts.hpp"

namespace moderato {
namespace {

Trial trial(const TrialKey& key, double score, TrialState state = TrialState::complete) {
  Trial t{.key = key};
  t.state = state;
  t.score = score;
  return t;
}

constexpr auto failed = TrialState::failed, disturbed = TrialState::void_trial;

}  // namespace

TEST_CASE("what was known before a round ends where that round begins") {
  const std::vector<Trial> trials{
      trial({Phase::calibrate, 0, 0, 0}, 1), trial({Phase::search, 0, 0, 0}, 1),
      trial({Phase::search, 0, 1, 0}, 1), trial({Phase::search, 1, 0, 0}, 1),
      trial({Phase::confirm, 0, 0, 0}, 1)};
  CHECK(before_round(trials, Phase::search, 0).size() == 1);
  CHECK(before_round(trials, Phase::search, 1).size() == 3);
  CHECK(before_round(trials, Phase::confirm, 0).size() == 4);
  CHECK(before_round(trials, Phase::confirm, 1).size() == 5);
}

TEST_CASE("a ratio needs both, of the same round, and the last record of each counts") {
  const std::vector<Trial> trials{trial({Phase::search, 0, 0, 0}, 10),
                                  trial({Phase::search, 0, 1, 0}, 99, disturbed),
                                  trial({Phase::search, 0, 1, 0}, 5),
                                  trial({Phase::search, 1, 0, 0}, 10, failed),
                                  trial({Phase::search, 1, 1, 0}, 5),
                                  trial({Phase::search, 2, 0, 0}, 20),
                                  trial({Phase::search, 2, 1, 0}, 20, disturbed)};
  const Records records(trials);
  CHECK(records.paired_rounds(Phase::search, 1) == std::vector{0});
  CHECK(records.log_ratios(Phase::search, 1) == std::vector{std::log(0.5)});
  CHECK(records.log_scores(Phase::search, 1).size() == 2);
  CHECK(records.log_ratios(Phase::confirm, 1).empty());
  CHECK(records.candidates(Phase::search) == std::vector{1});
  CHECK(records.find({Phase::search, 1, 0, 0}) == nullptr);
}

TEST_CASE(
    "a disturbed trial is measured three times at most, a failed one once, the baseline twice") {
  const TrialKey candidate{Phase::search, 0, 1, 0}, baseline{Phase::search, 0, 0, 0};
  std::vector<Trial> trials;
  CHECK(to_be_measured(trials, candidate));
  for (int times = 1; times <= 3; ++times) {
    trials.push_back(trial(candidate, 1, disturbed));
    CHECK(to_be_measured(trials, candidate) == (times < 3));
  }
  trials = {trial(candidate, 1, failed)};
  CHECK_FALSE(to_be_measured(trials, candidate));
  trials = {trial(baseline, 1, failed)};
  CHECK(to_be_measured(trials, baseline));
  trials.push_back(trial(baseline, 1, failed));
  CHECK_FALSE(to_be_measured(trials, baseline));
  CHECK_FALSE(to_be_measured(std::vector{trial(baseline, 1)}, baseline));
}

TEST_CASE("a candidate that failed twice in its phase is not measured again") {
  const std::vector<Trial> trials{trial({Phase::search, 0, 1, 0}, 1, failed),
                                  trial({Phase::search, 1, 1, 0}, 1, failed),
                                  trial({Phase::confirm, 0, 1, 0}, 1, failed)};
  CHECK(failed_too_often(trials, Phase::search, 1));
  CHECK_FALSE(failed_too_often(trials, Phase::search, 1, 1));
  CHECK_FALSE(failed_too_often(trials, Phase::search, 2));
  CHECK_FALSE(failed_too_often(trials, Phase::confirm, 1));
}

}  // namespace moderato
