// SPDX-License-Identifier: Apache-2.0
#include "stats/noise.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <vector>

#include "contaminated.hpp"

namespace moderato {

using doctest::Approx;

TEST_CASE("noise figures are those computed by hand") {
  // median 0, distances 0 .01 .02 .02 .03: MAD .02; sizes the same, p95 at position 3.8
  const Noise noise = noise_of(std::vector<double>{0.02, -0.01, 0, -0.02, 0.03});
  CHECK(noise.n == 5);
  CHECK(noise.spread == Approx(1.4826 * 0.02 / std::sqrt(2.0)));
  CHECK(noise.floor == Approx(0.028));
  CHECK(noise.outlier_rate == 0);
}

TEST_CASE("the spread of one score is found in ratios of two, outliers or not") {
  ContaminatedNoise source(5);
  std::vector<double> ratios;
  for (int i = 0; i < 20000; ++i)
    ratios.push_back(source.log_score() - source.log_score());
  const Noise noise = noise_of(ratios);
  CHECK(noise.spread == Approx(0.0165).epsilon(0.1));  // 1.5 %, a little more by the outliers
  // One of two scores is an outlier, and not both alike: 2 x 4 % x 96 % and a bit.
  CHECK(noise.outlier_rate == Approx(0.078).epsilon(0.08));
}

TEST_CASE("a second place in the round that is always slower is no spread") {
  const Noise noise = noise_of(std::vector<double>{0.10, 0.12, 0.14});
  CHECK(noise.spread == Approx(1.4826 * 0.02 / std::sqrt(2.0)));
  CHECK(noise.floor == Approx(0.138));
}

TEST_CASE("an outlier on either side of the ratio counts") {
  const Noise noise = noise_of(std::vector<double>{0, 0, std::log(1.3), -std::log(1.3)});
  CHECK(noise.outlier_rate == 0.5);
}

TEST_CASE("no calibration, no noise figures") {
  const Noise noise = noise_of({});
  CHECK(noise.n == 0);
  CHECK(noise.floor == 0);
}

TEST_CASE("only scores more than 25 % above the median are outliers") {
  const double base = std::log(40.0);
  const std::vector<double> scores{base, base, base + std::log(1.24), base + std::log(1.26),
                                   base - 3};
  CHECK(outlier_rate(scores) == Approx(0.2));
  CHECK(outlier_rate({}) == 0);
}

}  // namespace moderato
