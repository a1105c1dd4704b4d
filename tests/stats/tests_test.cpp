// SPDX-License-Identifier: Apache-2.0
#include "stats/tests.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <stdexcept>
#include <vector>

namespace moderato {

using doctest::Approx;
using Values = std::vector<double>;

TEST_CASE("the t-test gives the textbook's sleep data result") {
  // Student 1908, extra hours of sleep, drug 2 minus drug 1: t = 4.0621, df = 9, p = 0.002833
  const TTest test = paired_t_test(Values{1.2, 2.4, 1.3, 1.3, 0.0, 1.0, 1.8, 0.8, 4.6, 1.4});
  CHECK(test.n == 10);
  CHECK(test.mean == Approx(1.58));
  CHECK(test.t == Approx(4.0621).epsilon(1e-4));
  CHECK(test.p == Approx(0.002833).epsilon(1e-3));
}

TEST_CASE("the t-test meets the tables' critical values") {
  // Two values m +- s: t = m / s with one degree of freedom, the Cauchy distribution.
  CHECK(paired_t_test(Values{0, 2}).p == Approx(0.5));
  CHECK(paired_t_test(Values{12.706 - 1, 12.706 + 1}).p == Approx(0.05).epsilon(1e-3));
}

TEST_CASE("the t-test is two-tailed: the sign does not matter") {
  const TTest up = paired_t_test(Values{0.1, 0.2, 0.4});
  const TTest down = paired_t_test(Values{-0.1, -0.2, -0.4});
  CHECK(up.p == Approx(down.p));
  CHECK(up.t == Approx(-down.t));
}

TEST_CASE("the t-test answers where its formula does not") {
  CHECK(paired_t_test(Values{}).p == 1);
  CHECK(paired_t_test(Values{5}).p == 1);
  CHECK(paired_t_test(Values{5}).mean == 5);
  CHECK(paired_t_test(Values{0, 0, 0}).p == 1);
  CHECK(paired_t_test(Values{0.1, 0.1, 0.1}).p == 0);
  CHECK(std::isinf(paired_t_test(Values{-0.1, -0.1, -0.1}).t));
  CHECK(paired_t_test(Values{-0.1, -0.1, -0.1}).t < 0);
  CHECK(paired_t_test(Values{-1e-200, 1e-200}).p == 1);  // the variance is too small to exist
  CHECK_THROWS_AS(paired_t_test(Values{1, std::numeric_limits<double>::infinity()}),
                  std::invalid_argument);
}

TEST_CASE("Holm multiplies by the hypotheses left, never falls, ends at 1, keeps the order") {
  const Values adjusted = holm(Values{0.03, 0.01, 0.04, 0.005});
  CHECK(adjusted[3] == Approx(0.02));  // 4 x 0.005
  CHECK(adjusted[1] == Approx(0.03));  // 3 x 0.01
  CHECK(adjusted[0] == Approx(0.06));  // 2 x 0.03
  CHECK(adjusted[2] == Approx(0.06));  // 1 x 0.04, lifted to the one before
  CHECK(holm(Values{0.6, 0.7}) == Values{1, 1});
  CHECK(holm(Values{0.2}) == Values{0.2});
  CHECK(holm(Values{}).empty());
}

TEST_CASE("Holm refuses what is no probability") {
  CHECK_THROWS_AS(holm(Values{-0.1}), std::invalid_argument);
  CHECK_THROWS_AS(holm(Values{1.5}), std::invalid_argument);
  CHECK_THROWS_AS(holm(Values{std::numeric_limits<double>::quiet_NaN()}), std::invalid_argument);
}

}  // namespace moderato
