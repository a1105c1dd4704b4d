// SPDX-License-Identifier: Apache-2.0
#include "search/design.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace moderato;

namespace {

/// One branch; row 3 i + j stands at (i, j).
Points square_of_nine() {
  Points points{Eigen::MatrixXd(9, 2), Eigen::MatrixXd::Zero(9, 2), Eigen::VectorXi::Zero(9),
                Eigen::VectorXi::Zero(9)};
  for (int i = 0; i < 9; ++i)
    points.x.row(i) << i / 3 / 2.0, i % 3 / 2.0;
  return points;
}

using Rows = std::vector<Eigen::Index>;

}  // namespace

TEST_CASE("a first design meets new values first, and of those the farthest") {
  const Points points = square_of_nine();
  const auto ranks = ranks_of(points.x);
  std::mt19937_64 random(1);
  const Rows taken{0};
  // Two other corners are as far from 0 and 8 as can be, but have no value that these have not.
  CHECK(spread_out(points, ranks, 0, 2, taken, random) == Rows{8, 4});
}

TEST_CASE("no row is in a design twice, and there are no more than there are") {
  const Points points = square_of_nine();
  std::mt19937_64 random(1);
  const Rows taken{3, 5};
  Rows all = spread_out(points, ranks_of(points.x), 0, 20, taken, random);
  std::ranges::sort(all);
  CHECK(all == Rows{0, 1, 2, 4, 6, 7, 8});
  CHECK(spread_out(points, ranks_of(points.x), 1, 20, taken, random).empty());
}

TEST_CASE("new values are counted by knob; where all were tried every row is as new") {
  const auto ranks = ranks_of(square_of_nine().x);
  const Rows some{1, 4, 8, 5};
  CHECK(with_new_values(ranks, some, Rows{0}) == Rows{4, 8, 5});
  CHECK(with_new_values(ranks, some, Rows{0, 4, 8}) == some);
}
