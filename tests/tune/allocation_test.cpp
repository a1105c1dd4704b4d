// SPDX-License-Identifier: Apache-2.0
#include "tune/allocation.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <set>

#include "stats/contaminated.hpp"
#include "tune/records.hpp"

namespace moderato {
namespace {

using Outcome = std::function<std::optional<double>(const TrialKey&)>;  ///< nothing: it failed

Trial trial(const TrialKey& key, std::optional<double> score) {
  Trial t{.key = key, .settings = {{"rx-usecs", key.candidate}}};
  t.state = score ? TrialState::complete : TrialState::failed;
  t.score = score.value_or(0);
  return t;
}

std::vector<Candidate> finalists(int count) {
  std::vector<Candidate> all;
  for (int number = 1; number <= count; ++number)
    all.push_back({number, {{"rx-usecs", number}}});
  return all;
}

/// Measures what each round asks for, to the end.
std::vector<Trial> confirmed(int count, const Outcome& outcome, const MeasurementPlan& plan = {}) {
  std::vector<Trial> trials;
  for (int round = 0;; ++round) {
    const auto next = confirmation_round(round, finalists(count), trials, plan);
    if (next.over()) return trials;
    REQUIRE(round < 1000);
    for (const TrialKey& key : keys_of(next, round))
      trials.push_back(trial(key, outcome(key)));
  }
}

/// Candidate i takes 100 - 10 i; noise that repeats in every round.
std::optional<double> ladder(const TrialKey& key) {
  return 100 - 10.0 * key.candidate + 0.1 * ((key.round * 7 + key.candidate * 3) % 5);
}

std::map<int, int> rounds_by_candidate(const std::vector<Trial>& trials) {
  std::map<int, int> rounds;
  for (const Trial& t : trials)
    if (t.key.replicate == 0) ++rounds[t.key.candidate];
  return rounds;
}

/// The most rounds that a finalist was measured in.
int most_rounds(const std::vector<Trial>& trials) {
  const Records records(trials);
  std::size_t most = 0;
  for (const int number : records.candidates(Phase::confirm))
    most = std::max(most, records.paired_rounds(Phase::confirm, number).size());
  return static_cast<int>(most);
}

}  // namespace

TEST_CASE("all finalists take part in the opening rounds, then the leader and its closest rival") {
  auto rounds = rounds_by_candidate(confirmed(5, ladder));
  CHECK(rounds[1] == opening_rounds);
  CHECK(rounds[2] == opening_rounds);
  CHECK(rounds[3] == opening_rounds);
  CHECK(rounds[4] == 15);
  CHECK(rounds[5] == 15);
  CHECK(rounds[0] == 15);
}

TEST_CASE(
    "where leader and rival are equal, the trials of the plan are spent on them, and no more") {
  ContaminatedNoise noise(5);
  for (const int count : {1, 2, 3, 5, 8}) {
    const auto trials =
        confirmed(count, [&](const TrialKey&) { return std::exp(noise.log_score()); });
    CAPTURE(count);
    const int planned = confirmation_trials(MeasurementPlan{}, count);
    CHECK(static_cast<int>(trials.size()) <= planned);
    const auto rounds = rounds_by_candidate(trials);
    const auto most = std::ranges::max_element(
        rounds.begin(), rounds.end(), {}, [](const auto& e) { return e.first > 0 ? e.second : 0; });
    CHECK(most->second >= 15);
  }
}

TEST_CASE("however often the lead changes, one finalist has the rounds of its test in the end") {
  for (const int count : {2, 3, 4, 5, 8}) {
    CAPTURE(count);
    // Whoever is measured gets worse, so that another one leads.
    int measured = 0;
    const auto falling_back = confirmed(count, [&](const TrialKey& key) {
      return key.candidate == 0 ? 100 : 80 + 0.01 * ++measured;
    });
    CHECK(most_rounds(falling_back) >= 15);
    for (int seed = 1; seed <= 100; ++seed) {
      CAPTURE(seed);
      ContaminatedNoise noise(static_cast<std::uint64_t>(seed));
      const auto equal =
          confirmed(count, [&](const TrialKey&) { return std::exp(noise.log_score()); });
      CHECK(most_rounds(equal) >= 15);
    }
  }
}

TEST_CASE(
    "after the opening only those are measured that can still have the rounds of their test") {
  for (int seed = 1; seed <= 100; ++seed) {
    CAPTURE(seed);
    ContaminatedNoise noise(static_cast<std::uint64_t>(seed));
    const auto trials = confirmed(4, [&](const TrialKey&) { return std::exp(noise.log_score()); });
    REQUIRE(trials.back().key.round > opening_rounds);
    for (const Trial& t : trials) {
      if (t.key.candidate == 0 || t.key.round < opening_rounds) continue;
      const auto before = before_round(trials, Phase::confirm, t.key.round);
      const auto had = Records(before).paired_rounds(Phase::confirm, t.key.candidate).size();
      const int left = confirmation_left(4, before, {}) / smallest_round;
      CHECK(static_cast<int>(had) + left >= 15);
    }
  }
}

TEST_CASE("a plan with fewer rounds than an opening keeps to them") {
  const MeasurementPlan plan{.finalists = 2, .confirm_rounds = 6};
  CHECK(confirmed(2, ladder, plan).size() == 18);
}

TEST_CASE("a round has three trials at least: beside a lone finalist stands the baseline twice") {
  const auto trials = confirmed(1, ladder);
  CHECK(trials.size() == 45);
  CHECK(std::ranges::count_if(trials, [](const Trial& t) { return t.key.replicate == 1; }) == 15);
}

TEST_CASE("a finalist that failed twice is out, and what its rounds lost is made up for") {
  const auto trials = confirmed(
      2, [](const TrialKey& key) { return key.candidate == 1 ? std::nullopt : ladder(key); });
  auto rounds = rounds_by_candidate(trials);
  CHECK(rounds[1] == 2);
  CHECK(Records(trials).paired_rounds(Phase::confirm, 2).size() == 15);
}

TEST_CASE("a round without its baseline is made up for, but not for ever") {
  const auto lost = [](const TrialKey& key) {
    return key.candidate == 0 && key.round == 7 ? std::nullopt : ladder(key);
  };
  CHECK(Records(confirmed(2, lost)).paired_rounds(Phase::confirm, 2).size() == 15);
  const auto hopeless = [](const TrialKey& key) {
    return key.candidate == 0 && key.round > 5 ? std::nullopt : ladder(key);
  };
  CHECK(rounds_by_candidate(confirmed(2, hopeless))[0] <= 2 * 15);
}

TEST_CASE("no finalist, or none that works, is no round") {
  CHECK(confirmed(0, ladder).empty());
  const auto trials = confirmed(
      3, [](const TrialKey& key) { return key.candidate == 0 ? ladder(key) : std::nullopt; });
  CHECK(trials.size() == 8);
}

TEST_CASE("a resumed confirmation goes on as it would have") {
  ContaminatedNoise noise(11);
  const auto trials = confirmed(
      4, [&](const TrialKey& key) { return std::exp(noise.log_score() - 0.01 * key.candidate); });
  // Whatever is on record beyond a round, that round is decided as it was.
  std::size_t seen = 0;
  for (int round = 0;; ++round) {
    const auto next = confirmation_round(
        round, finalists(4), before_round(trials, Phase::confirm, round), MeasurementPlan{});
    for (const TrialKey& key : keys_of(next, round)) {
      REQUIRE(seen < trials.size());
      CHECK(trials[seen++].key == key);
    }
    if (next.over()) break;
  }
  CHECK(seen == trials.size());
}

TEST_CASE("the confirmation is over when its last trial is on record, and not before") {
  const auto trials = confirmed(3, ladder);
  const std::span all(trials);
  CHECK(confirmation_is_over(finalists(3), all, {}));
  for (std::size_t n = 0; n < trials.size(); ++n)
    CHECK_FALSE(confirmation_is_over(finalists(3), all.first(n), {}));
}

TEST_CASE("of two finalists 2 % apart the better one leads in the end in 9 of 10 studies") {
  int right = 0;
  constexpr int studies = 300;
  for (int seed = 1; seed <= studies; ++seed) {
    ContaminatedNoise noise(static_cast<std::uint64_t>(seed));
    const auto trials = confirmed(4, [&](const TrialKey& key) {
      return std::exp(noise.log_score() - (key.candidate == 3 ? 0.05 : 0.03));
    });
    const Records records(trials);
    std::size_t most = 0, rounds_of_best = 0;
    for (const Candidate& finalist : finalists(4)) {
      const auto n = records.paired_rounds(Phase::confirm, finalist.number).size();
      most = std::max(most, n);
      if (finalist.number == 3) rounds_of_best = n;
    }
    right += rounds_of_best == most;
  }
  CHECK(right >= 0.9 * studies);
}

}  // namespace moderato
