// SPDX-License-Identifier: Apache-2.0
#include "stats/repeatability.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <numbers>

#include "contaminated.hpp"

namespace moderato {
namespace {

using doctest::Approx;

using Series = std::vector<NumberedScores>;

constexpr double truth = 0.015 * std::numbers::sqrt2;  ///< of ContaminatedNoise

/// Log ratios of the baseline against itself.
std::vector<double> calibrated(int rounds, ContaminatedNoise& noise) {
  std::vector<double> result;
  for (int i = 0; i < rounds; ++i)
    result.push_back(noise.log_score() - noise.log_score());
  return result;
}

/// Rounds of one baseline and candidates that differ from it by 0, 1, 2, ... times `effect`, on a
/// machine whose speed differs from round to round.
Series measured(int rounds, int candidates, double effect, ContaminatedNoise& noise) {
  Series series(static_cast<std::size_t>(rounds));
  for (NumberedScores& round : series) {
    const double speed = 0.1 * noise.normal();
    for (int number = 0; number <= candidates; ++number)
      round[number] = speed + effect * number + noise.log_score();
  }
  return series;
}

}  // namespace

TEST_CASE("nothing measured: nothing known, and the limit is what is negligible") {
  const Repeatability nothing = repeatability_of({}, {});
  CHECK(nothing.n == 0);
  CHECK(nothing.sd == 0);
  CHECK(nothing.limit == negligible);
}

TEST_CASE("a settings in n rounds counts for n - 1 differences, one of the calibration for one") {
  const std::vector<Series> series{
      {{{0, 0}, {1, 0.1}}, {{0, 0}, {1, 0.2}, {2, 0.5}}, {{0, 1}}, {{0, 0}, {1, 0.3}}}, {}};
  CHECK(repeatability_of(std::vector{0.01, -0.02}, series).n == 4);
}

TEST_CASE("an effect is not taken for noise") {
  ContaminatedNoise one(7), same(7);
  const std::vector<Series> without{measured(15, 3, 0, one)}, with{measured(15, 3, 2, same)};
  CHECK(repeatability_of({}, with).sd == Approx(repeatability_of({}, without).sd));
}

TEST_CASE("the spread is found beside outliers: sqrt(2) of 1.5 %, a third too large at most") {
  ContaminatedNoise noise(8);
  double sum = 0;
  constexpr int studies = 300;
  for (int study = 0; study < studies; ++study) {
    const std::vector<Series> series{measured(3, 8, 0.05, noise)};
    sum += repeatability_of(calibrated(5, noise), series).sd / studies;
  }
  CHECK(sum > truth);  // outliers widen it a little
  CHECK(sum < 1.33 * truth);
}

TEST_CASE("a disturbed baseline is not taken for the noise of all that it was measured with") {
  double quiet = 0, disturbed = 0;
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    ContaminatedNoise noise(seed, {.outliers = 0});
    std::vector<Series> series{measured(3, 8, 0.05, noise)};
    quiet += repeatability_of({}, series).sd;
    series[0][1][0] += std::log(9);
    disturbed += repeatability_of({}, series).sd;
  }
  CHECK(disturbed < 1.1 * quiet);
}

TEST_CASE("the spread is that of two trials, however many share a round") {
  for (const int candidates : {1, 2, 3, 4, 8, 32}) {
    ContaminatedNoise noise(9, {.outliers = 0});
    double sum = 0;
    constexpr int studies = 60;
    for (int study = 0; study < studies; ++study)
      sum += repeatability_of({}, std::vector<Series>{measured(15, candidates, 0.05, noise)}).sd /
             studies;
    CAPTURE(candidates);
    CHECK(sum == Approx(truth).epsilon(0.1));
  }
}

TEST_CASE("trials that repeat to the tick leave what is negligible as limit") {
  const std::vector<Series> series{Series(3, {{0, 1.0}, {1, 1.5}})};
  CHECK(repeatability_of(std::vector{0.0, 0.0}, series).limit == negligible);
}

}  // namespace moderato
