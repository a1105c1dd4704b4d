// SPDX-License-Identifier: Apache-2.0
#include "stats/importance.hpp"

#include <doctest/doctest.h>

#include <stdexcept>

namespace moderato {

using Groups = std::vector<std::vector<double>>;

TEST_CASE("a knob that decides everything explains everything, one that does nothing nothing") {
  CHECK(explained_share(Groups{{1, 1, 1}, {2, 2}, {9, 9}}) == doctest::Approx(1));
  CHECK(explained_share(Groups{{1, 2, 3}, {3, 2, 1}}) == doctest::Approx(0));
}

TEST_CASE("one terrible setting does not count for all") {
  const double usual = explained_share(Groups{{1, 2, 3}, {4, 5, 6}});
  CHECK(explained_share(Groups{{1, 2, 3}, {4, 5, 6000}}) == doctest::Approx(usual));
  CHECK(usual > 0.7);
  CHECK(usual < 0.8);
}

TEST_CASE("one group, equal values and none explain nothing") {
  CHECK(explained_share(Groups{{1, 2, 3}}) == doctest::Approx(0));
  CHECK(explained_share(Groups{{1, 1}, {1}}) == 0);
  CHECK(explained_share(Groups{}) == 0);
  CHECK_THROWS_AS(explained_share(Groups{{1, 0.0 / 0.0}}), std::invalid_argument);
}

}  // namespace moderato
