// SPDX-License-Identifier: Apache-2.0
#include "stats/summary.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <limits>
#include <numeric>
#include <random>
#include <stdexcept>
#include <vector>

namespace moderato {
namespace {

using doctest::Approx;
using Values = std::vector<double>;

Values shuffled_count(int n) {
  Values values(static_cast<std::size_t>(n));
  std::iota(values.begin(), values.end(), 1.0);
  std::mt19937_64 generator(7);
  for (std::size_t i = values.size(); i > 1; --i)
    std::swap(values[i - 1], values[generator() % i]);
  return values;
}

}  // namespace

TEST_CASE("a quantile is linear between order statistics, position (n-1) q") {
  const Values values{40, 10, 30, 20};
  CHECK(quantile(values, 0) == 10);
  CHECK(quantile(values, 1) == 40);
  CHECK(quantile(values, 0.5) == 25);
  CHECK(quantile(values, 0.25) == Approx(17.5));
  CHECK(quantile(values, 0.9) == Approx(37));
  CHECK(quantile(Values{3}, 0.99) == 3);
}

TEST_CASE("quantiles are those of R, type 7") {
  // quantile(c(1..9, 50), c(.1, .333, .95, .99)) and quantile(mtcars$mpg)
  const Values values{5, 1, 9, 2, 8, 3, 7, 4, 6, 50};
  CHECK(quantile(values, 0.1) == Approx(1.9));
  CHECK(quantile(values, 0.333) == Approx(3.997));
  CHECK(quantile(values, 0.95) == Approx(31.55));
  CHECK(quantile(values, 0.99) == Approx(46.31));
  const Values mpg{21.0, 21.0, 22.8, 21.4, 18.7, 18.1, 14.3, 24.4, 22.8, 19.2, 17.8,
                   16.4, 17.3, 15.2, 10.4, 10.4, 14.7, 32.4, 30.4, 33.9, 21.5, 15.5,
                   15.2, 13.3, 19.2, 27.3, 26.0, 30.4, 15.8, 19.7, 15.0, 21.4};
  CHECK(quantile(mpg, 0.25) == Approx(15.425));
  CHECK(median(mpg) == Approx(19.2));
  CHECK(quantile(mpg, 0.75) == Approx(22.8));
}

TEST_CASE("a summary is that of known data") {
  const Values mpg{21.0, 21.0, 22.8, 21.4, 18.7, 18.1, 14.3, 24.4, 22.8, 19.2, 17.8,
                   16.4, 17.3, 15.2, 10.4, 10.4, 14.7, 32.4, 30.4, 33.9, 21.5, 15.5,
                   15.2, 13.3, 19.2, 27.3, 26.0, 30.4, 15.8, 19.7, 15.0, 21.4};
  const Summary summary = summarize(mpg);
  CHECK(summary.n == 32);
  CHECK(summary.min == 10.4);
  CHECK(summary.max == 33.9);
  CHECK(summary.mean == Approx(20.090625));
  CHECK(summary.sd == Approx(6.026948));  // R: sd(mtcars$mpg)
  CHECK(summary.median == Approx(19.2));
  CHECK(summary.p90 == Approx(30.09));
  CHECK(summary.p95 == Approx(31.3));
  CHECK(summary.p99 == Approx(33.435));
  CHECK_FALSE(summary.p999.has_value());
}

TEST_CASE("a summary's quantiles are those of quantile(), whatever the number of values") {
  for (int n : {1, 2, 3, 4, 5, 10, 11, 20, 21, 100, 101, 1000, 3688, 5000}) {
    CAPTURE(n);
    const Values values = shuffled_count(n);
    const Summary summary = summarize(values);
    CHECK(summary.median == quantile(values, 0.5));
    CHECK(summary.p90 == quantile(values, 0.9));
    CHECK(summary.p95 == quantile(values, 0.95));
    CHECK(summary.p99 == quantile(values, 0.99));
    CHECK(summary.median == Approx(1 + (n - 1) * 0.5));
    CHECK(summary.p99 == Approx(1 + (n - 1) * 0.99));
    if (summary.p999) CHECK(*summary.p999 == Approx(1 + (n - 1) * 0.999));
  }
}

TEST_CASE("p99.9 exists only where its 95 % interval does, from 3688 samples on") {
  CHECK_FALSE(summarize(shuffled_count(3687)).p999.has_value());
  CHECK(summarize(shuffled_count(3688)).p999.has_value());
}

TEST_CASE("a small spread around a large mean survives") {
  Values values;
  for (int i = 0; i < 1000; ++i)
    values.push_back(1e9 + (i % 2 == 0 ? 1e-3 : -1e-3));
  CHECK(summarize(values).sd == Approx(1e-3).epsilon(0.01));
}

TEST_CASE("equal values have no spread and their own mean") {
  const Summary summary = summarize(Values(1000, 0.1));
  CHECK(summary.mean == 0.1);
  CHECK(summary.sd == 0);
  CHECK(summary.p99 == 0.1);
}

TEST_CASE("no values give a summary of zeros, one value has no spread") {
  const Summary none = summarize(Values{});
  CHECK(none.n == 0);
  CHECK(none.max == 0);
  CHECK(none.p99 == 0);
  const Summary one = summarize(Values{4});
  CHECK(one.sd == 0);
  CHECK(one.mean == 4);
}

TEST_CASE("the geometric mean multiplies") {
  CHECK(geometric_mean(Values{2, 8}) == Approx(4));
  CHECK(geometric_mean(Values{1, 10, 100}) == Approx(10));
}

TEST_CASE("a value of weight 3 counts as three values") {
  CHECK(geometric_mean(Values{2, 8}, Values{3, 1}) == Approx(geometric_mean(Values{2, 2, 2, 8})));
  CHECK(geometric_mean(Values{2, 8}, Values{5, 5}) == Approx(4));
  CHECK_THROWS_AS(geometric_mean(Values{2, 8}, Values{1}), std::invalid_argument);
  CHECK_THROWS_AS(geometric_mean(Values{2, 8}, Values{1, 0}), std::invalid_argument);
}

TEST_CASE("what has no answer is refused") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double infinity = std::numeric_limits<double>::infinity();
  CHECK_THROWS_AS(summarize(Values{1, nan}), std::invalid_argument);
  CHECK_THROWS_WITH(summarize(Values{1, infinity}),
                    "summarize: value 2 of 2 is inf, not a finite number");
  CHECK_THROWS_AS(quantile(Values{}, 0.5), std::invalid_argument);
  CHECK_THROWS_AS(quantile(Values{1}, 1.1), std::invalid_argument);
  CHECK_THROWS_AS(quantile(Values{1}, nan), std::invalid_argument);
  CHECK_THROWS_AS(median(Values{}), std::invalid_argument);
  CHECK_THROWS_AS(geometric_mean(Values{1, 0}), std::invalid_argument);
  CHECK_THROWS_AS(geometric_mean(Values{}), std::invalid_argument);
}

}  // namespace moderato
