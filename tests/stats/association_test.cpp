// SPDX-License-Identifier: Apache-2.0
#include "stats/association.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>

#include "contaminated.hpp"

namespace moderato {
namespace {

using doctest::Approx;
using Blocks = std::vector<Block>;

/// `rounds` rounds over the values 0 ... `values` - 1, on a machine whose speed drifts.
Blocks random_blocks(int rounds, int values, ContaminatedNoise& noise) {
  Blocks blocks(static_cast<std::size_t>(rounds));
  for (Block& block : blocks) {
    const double drift = 0.1 * noise.normal();
    for (int value = 0; value < values; ++value)
      block.trials.push_back({value, drift + noise.log_score()});
  }
  return blocks;
}

/// The same, with `effect` on top of one value.
Blocks moved(Blocks blocks, std::int64_t value, double effect) {
  for (Block& block : blocks)
    for (ValueScore& trial : block.trials)
      if (trial.value == value) trial.log_score += effect;
  return blocks;
}

/// One figure of ten rounds of two values, in which `moved` says that the larger value is slower in
/// all of them (1), faster in all (-1), or neither (0).
Blocks ten_pairs(int moved, ContaminatedNoise& noise) {
  Blocks blocks = random_blocks(10, 2, noise);
  if (moved == 0) return blocks;
  for (Block& block : blocks)
    for (ValueScore& trial : block.trials)
      trial.log_score = moved * static_cast<double>(trial.value) + 0.1 * noise.normal();
  return blocks;
}

std::vector<Blocks> ten_pairs_of(const std::vector<int>& moved, std::uint64_t seed) {
  ContaminatedNoise noise(seed);
  std::vector<Blocks> figures;
  for (const int one : moved)
    figures.push_back(ten_pairs(one, noise));
  return figures;
}

/// Within four standard deviations of the share of draws.
bool is_about(double p, double expected) {
  return std::abs(p - expected) <= 4 * std::sqrt(expected / relabelling_draws);
}

}  // namespace

TEST_CASE("a case counted by hand: a value that is worse in all of 6 rounds, 2 of 64 labellings") {
  Blocks blocks;
  for (int round = 0; round < 6; ++round)
    blocks.push_back({0, {{1, 0.1 * round}, {2, 0.1 * round + 0.05}}});
  CHECK(association_test(blocks) == Approx(2.0 / 64).epsilon(0.15));  // 4 standard deviations
  CHECK(least_p(blocks) == Approx(2.0 / 64));
}

TEST_CASE("one block, or blocks of one value, prove nothing") {
  CHECK(association_test(Blocks{}) == 1);
  CHECK(association_test(Blocks{{0, {{1, 0}, {2, 9}}}}) == 1);
  CHECK(association_test(Blocks(8, {0, {{1, 0}, {1, 9}}})) == 1);
  CHECK(least_p(Blocks(8, {0, {{1, 0}, {1, 9}}})) == 1);
}

TEST_CASE("one round in which each value stands once can never reject, and is known to") {
  ContaminatedNoise noise(1);
  const Blocks blocks = random_blocks(1, 9, noise);
  CHECK(least_p(blocks) == 1);
  CHECK(least_p(random_blocks(3, 9, noise)) < 1e-9);
}

TEST_CASE("equal scores give p = 1") {
  CHECK(association_test(Blocks(5, {0, {{1, 3.7}, {2, 3.7}, {3, 3.7}}})) == 1);
}

TEST_CASE("a constant added to a block (drift) does not change p") {
  ContaminatedNoise noise(2);
  const Blocks blocks = random_blocks(5, 4, noise);
  Blocks drifted = blocks;
  for (std::size_t i = 0; i < drifted.size(); ++i)
    for (ValueScore& trial : drifted[i].trials)
      trial.log_score += 0.7 * static_cast<double>(i);
  CHECK(association_test(drifted) == association_test(blocks));
}

TEST_CASE("what the values are called does not matter, and the same seed gives the same p") {
  ContaminatedNoise noise(3);
  const Blocks blocks = random_blocks(5, 4, noise);
  Blocks renamed = blocks;
  for (Block& block : renamed)
    for (ValueScore& trial : block.trials)
      trial.value = 1000 - 7 * trial.value;
  CHECK(association_test(renamed) == association_test(blocks));
  CHECK(association_test(blocks, 1) == Approx(association_test(blocks, 2)).epsilon(0.2));
}

TEST_CASE("a knob that does nothing reaches p <= 0.05 in at most 5 % of studies, outliers or not") {
  ContaminatedNoise noise(4);
  constexpr int studies = 1500;
  int rejected = 0;
  for (int study = 0; study < studies; ++study)
    rejected += association_test(random_blocks(3, 9, noise), 1, 199) <= 0.05;
  // Of 3 rounds the level is nearly exhausted; within 3.5 binomial standard deviations of it.
  CHECK(rejected <= 0.05 * studies + 3.5 * std::sqrt(studies * 0.05 * 0.95));
  CHECK(rejected >= 0.02 * studies);
}

TEST_CASE(
    "3 rounds find one value of nine that is 10 % off in half of studies, a slope in 17 of 20") {
  ContaminatedNoise noise(5);
  constexpr int studies = 200;
  int one = 0, many = 0;
  for (int study = 0; study < studies; ++study) {
    const Blocks blocks = random_blocks(3, 9, noise);
    one += association_test(moved(blocks, 8, 0.1), 1, 199) <= 0.05;
    Blocks sloping = blocks;
    for (int value = 0; value < 9; ++value)
      sloping = moved(sloping, value, 0.01 * value);
    many += association_test(sloping, 1, 199) <= 0.05;
  }
  CAPTURE(one);
  CAPTURE(many);
  CHECK(one >= 0.45 * studies);
  CHECK(many >= 0.85 * studies);
}

TEST_CASE("a score that is no number is refused") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  CHECK_THROWS_AS(association_test(Blocks(3, {0, {{1, 1}, {2, nan}}})), std::invalid_argument);
}

TEST_CASE("of a single figure nothing is corrected") {
  const auto figures = ten_pairs_of({0}, 6);
  const FigureTest test = association_tests(figures).front();
  CHECK(test.p == association_test(figures.front()));
  CHECK(test.p_shared == test.p);
}

TEST_CASE("each of several figures has the p that it has alone, and never less after correction") {
  const auto figures = ten_pairs_of({0, 1, 0, -1}, 7);
  const auto tests = association_tests(figures);
  REQUIRE(tests.size() == 4);
  for (std::size_t i = 0; i < figures.size(); ++i) {
    CHECK(tests[i].p == association_test(figures[i]));
    CHECK(tests[i].p_shared >= tests[i].p);
  }
}

TEST_CASE("figures that move alike or against each other cost nothing; others what they have to") {
  // Of 1024 relabellings two are extreme for each figure; the same two for all that are moved.
  for (const FigureTest& test : association_tests(ten_pairs_of({1, -1, 1, 1, -1, 1}, 8)))
    CHECK(is_about(test.p_shared, 2.0 / 1024));
  const auto one = association_tests(ten_pairs_of({1, 0, 0, 0, 0, 0}, 9));
  CHECK(is_about(one.front().p, 2.0 / 1024));
  CHECK(is_about(one.front().p_shared, 12.0 / 1024));
}

TEST_CASE("any of six figures that nothing moves reaches p_shared <= 0.05 in at most 5 %") {
  constexpr int studies = 400;
  int rejected = 0, rejected_together = 0;
  for (std::uint64_t study = 1; study <= studies; ++study) {
    auto figures = ten_pairs_of({0, 0, 0, 0, 0, 0}, study);
    const auto any = [&] {
      double least = 1;
      for (const FigureTest& test : association_tests(figures, 1, 199))
        least = std::min(least, test.p_shared);
      return least <= 0.05;
    };
    rejected += any();
    for (std::size_t i = 1; i < figures.size(); ++i)
      figures[i] = figures[0];  // all workloads were disturbed alike
    rejected_together += any();
  }
  const double at_most = 0.05 * studies + 3.5 * std::sqrt(studies * 0.05 * 0.95);
  CHECK(rejected <= at_most);
  CHECK(rejected >= 0.02 * studies);
  CHECK(rejected_together <= at_most);
  CHECK(rejected_together >= 0.02 * studies);  // where Bonferroni would keep below 1 %
}

TEST_CASE("figures of different trials are refused") {
  auto figures = ten_pairs_of({0, 0}, 1);
  figures[1].pop_back();
  CHECK_THROWS_AS(association_tests(figures), std::invalid_argument);
}

}  // namespace moderato
