// SPDX-License-Identifier: Apache-2.0
#include "nas/cfd/space_operator.hpp"

#include "cfd_grids.hpp"
#include "nas/cfd/exact.hpp"
#include "nas/cfd/norms.hpp"
#include "nas/cfd/partition.hpp"

using namespace moderato::workloads::nas;
using namespace moderato::workloads::nas::cfd;

namespace {

constexpr Extent grid{11, 10, 12};

/// R(u) on a block, with u given for every point of the grid.
template <typename Value>
Field apply(const Block& block, Value value) {
  Field solution(block.size, solution_halo), none(block.size, 0), sums(block.size, 0);
  const Extent& size = block.size;
  for_points({size[0] + 4, size[1] + 4, size[2] + 4}, [&](int i, int j, int k) {
    solution.set_state(
        i - 2, j - 2, k - 2,
        value(block.first[0] + i - 2, block.first[1] + j - 2, block.first[2] + k - 2));
  });
  SpaceOperator(block).apply(solution, none, sums);
  return sums;
}

/// 1 / 2h along an axis.
double per_2h(Axis axis) {
  return (grid[index_of(axis)] - 1) / 2.0;
}

}  // namespace

TEST_CASE("the forcing makes the exact solution steady") {
  const Block block = whole_grid(grid);
  Field solution(block.size, solution_halo), forcing(block.size, 0), sums(block.size, 0);
  SpaceOperator space_operator(block);
  space_operator.set_forcing(solution, forcing);
  space_operator.apply(solution, forcing, sums);
  for_points(block.size, [&](int i, int j, int k) {
    check_close(sums.state(i, j, k), {}, 1e3, 1e-14);
  });
  for (const double sum : sum_of_squares(forcing))
    CHECK(sum > 1e3);  // it is not because all is zero
}

TEST_CASE("nothing happens in a uniform flow, away from the boundary") {
  const Block block = whole_grid(grid);
  const Field sums = apply(block, [](int, int, int) { return State{2, 1, -1, 0.5, 9}; });
  for_points({5, 4, 6}, [&](int i, int j, int k) {
    check_close(sums.state(i + 2, j + 2, k + 2), {}, 1e3, 1e-14);
  });
}

TEST_CASE("a flow at rest is pushed by its pressure gradient, and carried by nothing") {
  // Energy rises linearly along an axis: so does pressure, by k2 times as much; conduction is even.
  for (const Axis axis : all_axes) {
    const auto value = [&](int i, int j, int k) {
      const Extent point{i, j, k};
      return State{2, 0, 0, 0, 9 + 0.1 * point[index_of(axis)]};
    };
    const Field sums = apply(whole_grid(grid), value);
    State expected{};
    expected[1 + index_of(axis)] = -k2 * 0.2 * per_2h(axis);
    check_close(sums.state(4, 4, 4), expected, 1e3, 1e-14);
  }
}

TEST_CASE("shear spreads by viscosity, and heats") {
  // Density 1; the momentum along y is x^2 in units of the distance of points along x.
  const auto value = [](int i, int, int) {
    const double v = 0.01 * i * i;
    return State{1, 0, v, 0, 9 + v * v / 2};  // the pressure is the same everywhere
  };
  const Field sums = apply(whole_grid(grid), value);
  const double per_h = 2 * per_2h(Axis::x);
  const double second = 0.02;  // of v; v^2 / 2 at i = 5: (0.36^2 - 2 * 0.25^2 + 0.16^2) / 2
  const double kinetic_second = 0.0151, kinetic_fourth = 0.0012;
  const double spread = (second_dissipation[0] + viscosity) * per_h * per_h * second;
  const double heating = (second_dissipation[0] + viscosity) * per_h * per_h * kinetic_second -
                         fourth_dissipation * kinetic_fourth;
  check_close(sums.state(4, 4, 4), {0, 0, spread, 0, heating}, 1e3, 1e-14);
}

TEST_CASE("a block gives what the whole grid gives there, to the last bit") {
  const auto value = [](int i, int j, int k) { return initial_guess(grid, i, j, k); };
  const Field whole = apply(whole_grid(grid), value);
  for (int part = 0; part < 8; ++part) {
    Block block{.grid = grid};
    for (std::size_t a = 0; a < 3; ++a) {
      const Part along = part_of(grid[a], 2, part >> a & 1);
      block.first[a] = along.first;
      block.size[a] = along.size;
    }
    const Field own = apply(block, value);
    for_points(block.size, [&](int i, int j, int k) {
      CHECK(own.state(i, j, k) ==
            whole.state(block.first[0] - 1 + i, block.first[1] - 1 + j, block.first[2] - 1 + k));
    });
  }
}
