// SPDX-License-Identifier: Apache-2.0
#include "stats/repeatability.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <numbers>

#include "contaminated.hpp"

namespace moderato {
namespace {

using doctest::Approx;

/// Log ratios of one settings that differs from the baseline by `effect`.
std::vector<double> ratios(int rounds, double effect, ContaminatedNoise& noise) {
  std::vector<double> result;
  for (int i = 0; i < rounds; ++i)
    result.push_back(effect + noise.log_score() - noise.log_score());
  return result;
}

}  // namespace

TEST_CASE("nothing measured: nothing known, and the limit is what is negligible") {
  const Repeatability nothing = repeatability_of({}, {});
  CHECK(nothing.n == 0);
  CHECK(nothing.sd == 0);
  CHECK(nothing.limit == negligible);
}

TEST_CASE("a settings in n rounds counts for n - 1 differences, one of the calibration for one") {
  const std::vector<std::vector<double>> repeated{{0.1, 0.2, 0.3}, {0.5}, {}};
  CHECK(repeatability_of(std::vector{0.01, -0.02}, repeated).n == 4);
}

TEST_CASE("an effect is not taken for noise") {
  ContaminatedNoise one(7), same(7);
  const std::vector<std::vector<double>> without{ratios(15, 0, one)}, with{ratios(15, 2, same)};
  CHECK(repeatability_of({}, with).sd == Approx(repeatability_of({}, without).sd));
}

TEST_CASE("the spread is found beside outliers: sqrt(2) of 1.5 %, a third too large at most") {
  ContaminatedNoise noise(8);
  const double truth = 0.015 * std::numbers::sqrt2;
  double sum = 0;
  constexpr int studies = 300;
  for (int study = 0; study < studies; ++study) {
    std::vector<std::vector<double>> repeated;
    for (int candidate = 0; candidate < 8; ++candidate)
      repeated.push_back(ratios(3, 0.05 * candidate, noise));
    sum += repeatability_of(ratios(5, 0, noise), repeated).sd / studies;
  }
  CHECK(sum > truth);  // outliers widen it a little
  CHECK(sum < 1.33 * truth);
}

TEST_CASE("trials that repeat to the tick leave what is negligible as limit") {
  const std::vector<std::vector<double>> repeated{{0.5, 0.5, 0.5}};
  CHECK(repeatability_of(std::vector{0.0, 0.0}, repeated).limit == negligible);
}

}  // namespace moderato
