// SPDX-License-Identifier: Apache-2.0
#include "stats/association.hpp"

#include <doctest/doctest.h>

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

}  // namespace moderato
