// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <stdexcept>
#include <vector>

#include "contaminated.hpp"
#include "stats/relabelling.hpp"
#include "stats/tests.hpp"

namespace moderato {
namespace {

using doctest::Approx;
using Rounds = std::vector<RoundScores>;

/// Every labelling of every round, one by one: the slow and obvious way.
void enumerate(const std::vector<RoundRanks>& rounds, std::size_t at, std::int64_t sum,
               std::vector<std::int64_t>& sums) {
  if (at == rounds.size()) {
    sums.push_back(sum);
    return;
  }
  const auto& ranks = rounds[at].doubled;
  for (unsigned mask = 0; mask < (1u << ranks.size()); ++mask) {
    if (static_cast<std::size_t>(__builtin_popcount(mask)) != rounds[at].candidates) continue;
    std::int64_t drawn = 0;
    for (std::size_t i = 0; i < ranks.size(); ++i)
      if ((mask >> i & 1) != 0) drawn += ranks[i];
    enumerate(rounds, at + 1, sum + drawn, sums);
  }
}

Tails enumerated_tails(const std::vector<RoundRanks>& rounds) {
  std::vector<std::int64_t> sums;
  enumerate(rounds, 0, 0, sums);
  const std::int64_t seen = candidate_sum(rounds);
  const auto share = [&](auto&& holds) {
    return static_cast<double>(std::ranges::count_if(sums, holds)) /
           static_cast<double>(sums.size());
  };
  return {share([&](std::int64_t sum) { return sum <= seen; }),
          share([&](std::int64_t sum) { return sum >= seen; })};
}

std::vector<RoundRanks> random_ranks(ContaminatedNoise& noise, std::size_t rounds) {
  std::vector<RoundRanks> result;
  for (std::size_t i = 0; i < rounds; ++i) {
    RoundRanks round;
    round.candidates = 1 + static_cast<std::size_t>(noise.uniform() * 2);
    const std::size_t size = round.candidates + 1 + static_cast<std::size_t>(noise.uniform() * 2);
    for (std::size_t k = 0; k < size; ++k)
      round.doubled.push_back(2 + static_cast<std::int64_t>(noise.uniform() * 30));
    result.push_back(round);
  }
  return result;
}

Rounds swapped(Rounds rounds) {
  for (RoundScores& round : rounds)
    std::swap(round.baseline, round.candidate);
  return rounds;
}

}  // namespace

TEST_CASE("the exact tails are those of enumerating every relabelling") {
  ContaminatedNoise noise(3);
  for (int i = 0; i < 30; ++i) {
    const auto rounds = random_ranks(noise, 2 + static_cast<std::size_t>(i) % 5);
    const Tails exact = exact_tails(rounds), slow = enumerated_tails(rounds);
    CHECK(exact.at_most == Approx(slow.at_most).epsilon(1e-12));
    CHECK(exact.at_least == Approx(slow.at_least).epsilon(1e-12));
  }
}

TEST_CASE("random relabellings estimate the exact tails") {
  ContaminatedNoise noise(4);
  for (int i = 0; i < 5; ++i) {
    const auto rounds = random_ranks(noise, 6);
    const Tails exact = exact_tails(rounds);
    const Tails drawn = drawn_tails(rounds, 1, 20000);
    CHECK(std::abs(drawn.at_most - exact.at_most) < 0.015);  // 4 standard deviations
    CHECK(std::abs(drawn.at_least - exact.at_least) < 0.015);
  }
}

TEST_CASE("a candidate that wins every round has the smallest p there is, 2 / 2^n") {
  for (int n : {2, 3, 5, 15}) {
    Rounds rounds;
    for (int i = 0; i < n; ++i)
      rounds.push_back({{i + 0.05 + 0.001 * i}, {1.0 * i}, {}});
    CHECK(aligned_rank_test(rounds) == std::ldexp(2.0, -n));
  }
}

TEST_CASE("a case counted by hand") {
  // Differences 1, 2 and -3 around each median: aligned -.5 .5 / -1 1 / 1.5 -1.5 (candidate first),
  // ranks 3 4 / 2 5 / 6 1. Candidate's sum 11; sums of the 8 relabellings: 6 11 9 14 7 12 10 15.
  const Rounds rounds{{{1}, {0}, {}}, {{2}, {0}, {}}, {{0}, {3}, {}}};
  CHECK(aligned_rank_test(rounds) == 2 * std::min(5.0, 4.0) / 8);
}

TEST_CASE("one round, or rounds without a pair, prove nothing") {
  CHECK(aligned_rank_test(Rounds{}) == 1);
  CHECK(aligned_rank_test(Rounds{{{2}, {1}, {}}}) == 1);
  const Rounds pairs{{{2}, {1}, {}}, {{2.1}, {1}, {}}, {{2.2}, {1}, {}}};
  Rounds holes = pairs;
  holes.push_back({{}, {1}, {3}});
  holes.push_back({{1}, {}, {}});
  CHECK(aligned_rank_test(holes) == aligned_rank_test(pairs));
}

TEST_CASE("no p-value is above 1: a candidate lowest in all of 16 rounds, the baseline twice") {
  ContaminatedNoise noise(17);
  for (int study = 0; study < 100; ++study) {
    Rounds rounds(16);
    for (auto& [baseline, candidate, others] : rounds) {
      candidate = {noise.normal()};
      baseline = {candidate.front() + 1 + noise.uniform(), candidate.front() + 1 + noise.uniform()};
    }
    CHECK(higher_test(rounds) <= 1);
    CHECK(higher_test(rounds) == Approx(1).epsilon(1e-12));
    for (RoundScores& round : rounds)
      round.candidate.front() += 10;
    CHECK(aligned_rank_test(rounds) <= 1);
  }
}

TEST_CASE("equal scores give p = 1") {
  CHECK(aligned_rank_test(Rounds(15, {{3.7}, {3.7}, {3.7, 3.7}})) == 1);
}

TEST_CASE("swapping candidate and baseline does not change p") {
  ContaminatedNoise noise(21);
  for (int i = 0; i < 20; ++i) {
    const Rounds rounds = simulated_rounds(9, 0.02, noise, 2);
    CHECK(aligned_rank_test(rounds) == Approx(aligned_rank_test(swapped(rounds))).epsilon(1e-12));
  }
}

TEST_CASE("a constant added to a round (drift) does not change p") {
  ContaminatedNoise noise(22);
  for (int i = 0; i < 20; ++i) {
    const Rounds rounds = simulated_rounds(12, 0.01, noise, 3);
    Rounds drifted = rounds;
    for (std::size_t r = 0; r < drifted.size(); ++r)
      for (auto* scores : {&drifted[r].baseline, &drifted[r].candidate, &drifted[r].others})
        for (double& score : *scores)
          score += 0.3 * static_cast<double>(r) - 1.1;
    CHECK(aligned_rank_test(drifted) == aligned_rank_test(rounds));
  }
}

TEST_CASE("rounding cannot break ties: differences of one tick tie in every round") {
  Rounds rounds, shifted;
  for (int i = 0; i < 8; ++i) {
    const double difference = i % 3 == 0 ? -0.1 : 0.1;  // 3 against 5
    rounds.push_back({{0}, {difference}, {}});
    shifted.push_back({{0.7 * i}, {0.7 * i + difference}, {}});
  }
  // All ties: the sign test. 2 P(Binomial(8, 1/2) >= 5) = 2 x 93 / 256.
  CHECK(aligned_rank_test(rounds) == 2 * 93.0 / 256);
  CHECK(aligned_rank_test(shifted) == 2 * 93.0 / 256);
}

TEST_CASE("under the null 5 % of the studies reach p <= 0.05, outliers or not") {
  ContaminatedNoise noise(31);
  constexpr int studies = 2000;
  int at_5 = 0, at_50 = 0;
  for (int study = 0; study < studies; ++study) {
    const double p = aligned_rank_test(simulated_rounds(15, 0, noise, study % 3));
    at_5 += p <= 0.05;
    at_50 += p <= 0.5;
  }
  // Within 3.5 binomial standard deviations of the level.
  CHECK(std::abs(at_5 - 0.05 * studies) < 3.5 * std::sqrt(studies * 0.05 * 0.95));
  CHECK(std::abs(at_50 - 0.5 * studies) < 3.5 * std::sqrt(studies * 0.25));
}

namespace {

struct Power {
  double ranks = 0, t = 0;
};

Power power_of_15_rounds(double effect, int others) {
  ContaminatedNoise noise(41);
  constexpr int studies = 600;
  Power power;
  for (int study = 0; study < studies; ++study) {
    const Rounds rounds = simulated_rounds(15, effect, noise, others);
    std::vector<double> ratios;
    for (const RoundScores& round : rounds)
      ratios.push_back(round.candidate[0] - round.baseline[0]);
    power.ranks += (aligned_rank_test(rounds) <= 0.05) / double{studies};
    power.t += (paired_t_test(ratios).p <= 0.05) / double{studies};
  }
  return power;
}

}  // namespace

TEST_CASE("15 rounds find a difference of 5 % that the t-test loses to outliers") {
  const Power power = power_of_15_rounds(-std::log(1.05), 0);
  CAPTURE(power.ranks);
  CAPTURE(power.t);
  CHECK(power.ranks >= 0.85);  // the signed-rank test reaches 0.89 on such noise
  CHECK(power.t <= 0.6);
}

TEST_CASE("what else was measured in a round tells the faster round from the better candidate") {
  const Power power = power_of_15_rounds(-std::log(1.05), 3);
  CHECK(power.ranks >= 0.95);
  CHECK(power.t <= 0.6);
}

TEST_CASE("repeats within a round and unequal groups keep the level") {
  ContaminatedNoise noise(51);
  constexpr int studies = 1000;
  int rejected = 0;
  for (int study = 0; study < studies; ++study) {
    Rounds rounds = simulated_rounds(10, 0, noise, 1);
    for (RoundScores& round : rounds) {
      const double drift = noise.normal();
      for (auto* scores : {&round.baseline, &round.candidate, &round.others})
        *scores = {};
      for (int i = 0; i < 2; ++i)
        round.baseline.push_back(drift + noise.log_score());
      for (int i = 0; i < 3; ++i)
        round.candidate.push_back(drift + noise.log_score());
    }
    rejected += aligned_rank_test(rounds) <= 0.05;
  }
  CHECK(std::abs(rejected - 0.05 * studies) < 3.5 * std::sqrt(studies * 0.05 * 0.95));
}

TEST_CASE("far too many rounds for the exact test are drawn, the same for the same seed") {
  ContaminatedNoise noise(61);
  const Rounds alike = simulated_rounds(400, 0, noise), better = simulated_rounds(400, -1, noise);
  CHECK(aligned_rank_test(alike, 1) == aligned_rank_test(alike, 1));
  CHECK(aligned_rank_test(alike, 1) == Approx(aligned_rank_test(alike, 2)).epsilon(0.1));
  CHECK(aligned_rank_test(better) == 2.0 / (relabelling_draws + 1));
  CHECK(aligned_rank_test(swapped(better)) == 2.0 / (relabelling_draws + 1));
}

TEST_CASE("15 rounds are exact: the seed does not matter") {
  ContaminatedNoise noise(62);
  const Rounds rounds = simulated_rounds(15, 0.01, noise);
  CHECK(aligned_rank_test(rounds, 1) == aligned_rank_test(rounds, 99));
}

TEST_CASE("the one-sided test sees what is higher, and only that") {
  ContaminatedNoise noise(63);
  const Rounds higher = simulated_rounds(15, 0.1, noise);
  CHECK(higher_test(higher) < 0.001);
  CHECK(higher_test(swapped(higher)) > 0.99);
  CHECK(2 * higher_test(higher) == Approx(aligned_rank_test(higher)));
  CHECK(higher_test({}) == 1);
}

TEST_CASE("the one-sided test rejects equal scores no more often than it says") {
  ContaminatedNoise noise(64);
  int rejected = 0;
  constexpr int studies = 1000;
  for (int i = 0; i < studies; ++i)
    rejected += higher_test(simulated_rounds(9, 0, noise, 2)) <= 0.05;
  CHECK(rejected - 0.05 * studies < 3.5 * std::sqrt(studies * 0.05 * 0.95));
}

TEST_CASE("a score that is no number is refused") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  CHECK_THROWS_AS(aligned_rank_test(Rounds(3, {{1}, {nan}, {}})), std::invalid_argument);
  CHECK_THROWS_AS(aligned_rank_test(Rounds(3, {{1}, {2}, {nan}})), std::invalid_argument);
}

}  // namespace moderato
