// SPDX-License-Identifier: Apache-2.0
#include <vector>

#include "cfd_grids.hpp"
#include "nas/cfd/exact.hpp"
#include "nas/cfd/faces.hpp"
#include "nas/cfd/norms.hpp"
#include "nas/cfd/partition.hpp"

using namespace moderato::workloads::nas;
using namespace moderato::workloads::nas::cfd;

namespace {

constexpr Extent grid{9, 8, 7};

/// Tells a point from every other one.
State label(int i, int j, int k) {
  const double point = i + 100 * j + 10'000 * k;
  return {point + 0.1, point + 0.2, point + 0.3, point + 0.4, point + 0.5};
}

}  // namespace

TEST_CASE("the exact solution has the values at the corners that its coefficients add up to") {
  check_close(exact_solution(0, 0, 0), {2, 1, 2, 2, 5}, 1);
  check_close(exact_solution(1, 1, 1), {15.76, 8.26, 10.32, 9.72, 15.52}, 20);
  check_close(exact_solution(1, 0, 0), {7.52, 2.41, 4.34, 4.23, 9.25}, 10);
}

TEST_CASE("a field starts from the exact solution on the boundary, and from the guess inside") {
  const Block block = whole_grid(grid);
  Field field(block.size, solution_halo);
  initialise(block, field);
  CHECK(field.state(-1, 2, 3) == exact_solution_at(grid, 0, 3, 4));
  CHECK(field.state(block.size[0], 0, 0) == exact_solution_at(grid, grid[0] - 1, 1, 1));
  CHECK(field.state(2, 3, -1) == exact_solution_at(grid, 3, 4, 0));
  CHECK(field.state(0, 0, 0) == initial_guess(grid, 1, 1, 1));
  CHECK(field.state(4, 5, 4) == initial_guess(grid, 5, 6, 5));
}

TEST_CASE("the initial guess is the Boolean sum of the three linear interpolants") {
  // In the middle of the cube, from the six middles of its faces.
  const State guess = initial_guess({3, 3, 3}, 1, 1, 1);
  const auto mean = [](const State& a, const State& b) { return (a[4] + b[4]) / 2; };
  const double x = mean(exact_solution(0, .5, .5), exact_solution(1, .5, .5));
  const double y = mean(exact_solution(.5, 0, .5), exact_solution(.5, 1, .5));
  const double z = mean(exact_solution(.5, .5, 0), exact_solution(.5, .5, 1));
  CHECK(1 - guess[4] == doctest::Approx((1 - x) * (1 - y) * (1 - z)).epsilon(1e-12));
}

TEST_CASE("a block's halo is what its neighbour holds there") {
  const Part low = part_of(grid[0], 2, 0), high = part_of(grid[0], 2, 1);
  const Block left{grid, {low.first, 1, 1}, {low.size, 6, 5}};
  const Block right{grid, {high.first, 1, 1}, {high.size, 6, 5}};
  Field a(left.size, solution_halo), b(right.size, solution_halo);
  initialise(left, a);
  initialise(right, b);
  CHECK(a.state(left.size[0], 2, 2) == b.state(0, 2, 2));
  CHECK(a.state(left.size[0] + 1, 2, 2) == b.state(1, 2, 2));
  CHECK(b.state(-2, 2, 2) == a.state(left.size[0] - 2, 2, 2));
}

TEST_CASE("a face that is packed and unpacked is the neighbour's halo, in order") {
  constexpr Extent size{3, 4, 5};
  for (const Axis axis : all_axes)
    for (const Side side : {Side::low, Side::high}) {
      CAPTURE(index_of(axis));
      Field from(size, solution_halo), to(size, solution_halo);
      for_points(size, [&](int i, int j, int k) { from.set_state(i, j, k, label(i, j, k)); });
      std::vector<double> face(face_size(size, axis));
      CHECK(pack_face(from, axis, side, face.data()) == face.data() + face.size());
      CHECK(unpack_face(to, axis, opposite(side), face.data()) == face.data() + face.size());
      const int a = index_of(axis);
      for_points(size, [&](int i, int j, int k) {
        Extent there{i, j, k};
        if (side == Side::high && there[a] < size[a] - solution_halo) return;
        if (side == Side::low && there[a] >= solution_halo) return;
        there[a] += side == Side::high ? -size[a] : size[a];
        CHECK(to.state(there[0], there[1], there[2]) == label(i, j, k));
      });
    }
}

TEST_CASE("parts cover the points inside a line once, and differ by one at most") {
  for (const int points : {12, 33, 64, 102})
    for (int parts = 1; parts <= 5; ++parts) {
      int next = 1;
      for (int index = 0; index < parts; ++index) {
        const Part part = part_of(points, parts, index);
        CHECK(part.first == next);
        CHECK(part.size >= (points - 2) / parts);
        CHECK(part.size <= (points - 2) / parts + 1);
        next += part.size;
      }
      CHECK(next == points - 1);
    }
}

TEST_CASE("the fourth difference of a cubic is zero, but next to the boundary") {
  constexpr int points = 12;
  for (int i = 1; i < points - 1; ++i) {
    double sum = 0, of_ones = 0;
    for (int tap = 0; tap < 5; ++tap) {
      const double x = i + tap - 2;
      sum += fourth_difference(i, points)[tap] * (x * x * x - 2 * x * x + x);
      of_ones += fourth_difference(i, points)[tap];
    }
    if (i > 2 && i < points - 3) CHECK(sum == 0);
    CHECK(of_ones == (i == 1 || i == points - 2 ? 2 : i == 2 || i == points - 3 ? -1 : 0));
  }
}

TEST_CASE("norms count each component's squares, and the error of the exact solution is none") {
  const Block block = whole_grid(grid);
  Field field(block.size, 0);
  field.set_state(0, 0, 0, {1, 2, 3, 4, 5});
  field.set_state(3, 2, 1, {-1, 1, 0, 0, 2});
  CHECK(sum_of_squares(field) == State{2, 5, 9, 16, 29});
  Field exact(block.size, solution_halo);
  set_exact(block, exact);
  CHECK(sum_of_squared_errors(block, exact) == State{});
  exact.row(2, 1, 1)[1] += 3;
  CHECK(sum_of_squared_errors(block, exact)[2] == doctest::Approx(9));
}
