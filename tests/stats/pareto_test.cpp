// SPDX-License-Identifier: Apache-2.0
#include "stats/pareto.hpp"

#include <doctest/doctest.h>

#include <stdexcept>

namespace moderato {

using Points = std::vector<std::vector<double>>;
using Indices = std::vector<std::size_t>;

TEST_CASE("what another point beats in one figure and equals in the others is out") {
  CHECK(pareto_set(Points{{1, 1}, {1, 2}, {2, 1}}) == Indices{0});
}

TEST_CASE("a point that is best in any figure stays, and so does one between") {
  CHECK(pareto_set(Points{{0.7, 1.3}, {1, 1}, {0.8, 1.1}, {0.9, 1.2}}) == Indices{0, 1, 2});
}

TEST_CASE("equal points are all in") {
  CHECK(pareto_set(Points{{1, 1}, {1, 1}}) == Indices{0, 1});
}

TEST_CASE("of a single figure the smallest is the set") {
  CHECK(pareto_set(Points{{3}, {1}, {2}}) == Indices{1});
  CHECK(pareto_set(Points{}).empty());
}

TEST_CASE("points of different figures cannot be compared") {
  CHECK_THROWS_AS(pareto_set(Points{{1, 1}, {1}}), std::invalid_argument);
}

}  // namespace moderato
