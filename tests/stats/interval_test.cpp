// SPDX-License-Identifier: Apache-2.0
#include "stats/interval.hpp"

#include <doctest/doctest.h>

#include <limits>
#include <stdexcept>
#include <vector>

#include "contaminated.hpp"

namespace moderato {

using doctest::Approx;

TEST_CASE("of 15 values the interval is from the 4th to the 12th, 96.5 %") {
  const std::vector<double> values{15, 1, 14, 2, 13, 3, 12, 4, 11, 5, 10, 6, 9, 7, 8};
  const auto interval = median_interval(values);
  REQUIRE(interval.has_value());
  CHECK(interval->low == 4);
  CHECK(interval->high == 12);
  CHECK(interval->confidence == Approx(1 - 1152.0 / 32768));
}

TEST_CASE("six values are needed for 95 %, and then all of them") {
  CHECK_FALSE(median_interval(std::vector<double>{}).has_value());
  CHECK_FALSE(median_interval(std::vector<double>{1, 2, 3, 4, 5}).has_value());
  const auto interval = median_interval(std::vector<double>{3, 1, 6, 2, 5, 4});
  REQUIRE(interval.has_value());
  CHECK(interval->low == 1);
  CHECK(interval->high == 6);
  CHECK(interval->confidence == Approx(1 - 2.0 / 64));
}

TEST_CASE("the deepest ranks that reach the confidence are taken") {
  // Published table of the sign test's intervals at 95 %: n -> rank of the lower end.
  const std::vector<std::pair<int, int>> table{{8, 1},  {9, 2},  {12, 3},  {17, 5},
                                               {20, 6}, {25, 8}, {30, 10}, {50, 18}};
  for (const auto& [n, rank] : table) {
    CAPTURE(n);
    std::vector<double> values;
    for (int i = 1; i <= n; ++i)
      values.push_back(i);
    const auto interval = median_interval(values);
    REQUIRE(interval.has_value());
    CHECK(interval->low == rank);
    CHECK(interval->high == n + 1 - rank);
    CHECK(interval->confidence >= 0.95);
  }
}

TEST_CASE("the interval holds the median as often as it says, whatever the outliers") {
  ContaminatedNoise noise(11);
  constexpr int studies = 4000;
  int covered = 0;
  for (int study = 0; study < studies; ++study) {
    std::vector<double> values;
    for (int i = 0; i < 15; ++i)
      values.push_back(noise.log_score() - noise.log_score());
    const auto interval = median_interval(values);
    covered += interval->low <= 0 && 0 <= interval->high;
  }
  // 96.48 % true, 3.3 binomial standard deviations of 0.29 % each side.
  CHECK(covered >= 0.955 * studies);
  CHECK(covered <= 0.975 * studies);
}

TEST_CASE("a confidence that is none and a value that is none are refused") {
  const std::vector<double> values{1, 2, 3, 4, 5, 6};
  CHECK_THROWS_AS(median_interval(values, 1), std::invalid_argument);
  CHECK_THROWS_AS(median_interval(values, 0), std::invalid_argument);
  const std::vector<double> bad{1, std::numeric_limits<double>::quiet_NaN()};
  CHECK_THROWS_AS(median_interval(bad), std::invalid_argument);
}

}  // namespace moderato
