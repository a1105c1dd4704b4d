// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <set>
#include <utility>

#include "cfd_grids.hpp"
#include "nas/lu/jacobians.hpp"
#include "nas/sp/characteristics.hpp"
#include "nas/sp/line_plane.hpp"
#include "nas/sp/multipartition.hpp"

using namespace moderato::workloads::nas;
using namespace moderato::workloads::nas::sp;
using cfd::Axis, cfd::Block, cfd::Extent, cfd::Field, cfd::Side, cfd::State;

namespace {

constexpr double dt = 0.01;

/// Rows of a single point.
Rows rows(State& state) {
  return {state.data(), 1};
}
ConstRows const_rows(const State& state) {
  return {state.data(), 1};
}

double sound(const State& u) {
  const double pressure = cfd::k2 * (u[4] - (u[1] * u[1] + u[2] * u[2] + u[3] * u[3]) / (2 * u[0]));
  return std::sqrt(cfd::k1 * pressure / u[0]);
}

/// Gaussian elimination with pivots; rows of the matrix end with the right-hand side.
std::vector<double> solve_dense(std::vector<std::vector<double>> a) {
  const std::size_t n = a.size();
  for (std::size_t c = 0; c < n; ++c) {
    const auto pivot = std::max_element(
        a.begin() + static_cast<std::ptrdiff_t>(c), a.end(),
        [&](const auto& x, const auto& y) { return std::abs(x[c]) < std::abs(y[c]); });
    std::swap(a[c], *pivot);
    for (std::size_t r = 0; r < n; ++r) {
      if (r == c) continue;
      const double factor = a[r][c] / a[c][c];
      for (std::size_t i = c; i <= n; ++i)
        a[r][i] -= factor * a[c][i];
    }
  }
  std::vector<double> x;
  for (std::size_t r = 0; r < n; ++r)
    x.push_back(a[r][n] / a[r][r]);
  return x;
}

Extent on_line(Axis axis, Extent point, int index) {
  point[static_cast<std::size_t>(cfd::index_of(axis))] = index;
  return point;
}

/// The line through `point` of a component's system, as a dense matrix: I + dt times the central
/// difference of (v + sign c) x, minus the second difference of what diffuses, plus the fourth.
std::vector<std::vector<double>> dense_line(Axis axis, const Extent& point, const Field& u,
                                            const Field& values, int component) {
  const auto a = static_cast<std::size_t>(cfd::index_of(axis));
  const int rows = values.size()[a], points = rows + 2;
  const double h = 1.0 / (points - 1);
  const double sign = component == 3 ? 1 : component == 4 ? -1 : 0;
  std::vector<std::vector<double>> matrix(static_cast<std::size_t>(rows),
                                          std::vector<double>(static_cast<std::size_t>(rows + 1)));
  for (int r = 0; r < rows; ++r) {
    auto& row = matrix[static_cast<std::size_t>(r)];
    for (int tap = 0; tap < 5; ++tap) {
      const int c = r + tap - 2;
      if (c < 0 || c >= rows) continue;
      const Extent at = on_line(axis, point, c);
      const State state = u.state(at[0], at[1], at[2]);
      const double speed = state[1 + a] / state[0] + sign * sound(state);
      const double diffusion =
          cfd::second_dissipation[a] + cfd::viscosity * cfd::k1 * cfd::k5 / state[0];
      double& entry = row[static_cast<std::size_t>(c)];
      entry = dt * cfd::fourth_dissipation * cfd::fourth_difference(1 + r, points)[tap];
      if (tap == 2) entry += 1 + 2 * dt * diffusion / (h * h);
      if (tap == 1 || tap == 3) entry += dt * ((tap - 2) * speed / (2 * h) - diffusion / (h * h));
    }
    const Extent at = on_line(axis, point, r);
    row.back() = values.state(at[0], at[1], at[2])[component];
  }
  return matrix;
}

/// The lines of one axis, in one cell.
Field solved(const Block& block, Axis axis, const Field& u, Field values) {
  LinePlane lines(block, axis, dt);
  std::vector<double> factors(lines.factors_size()), before(lines.forward_size()),
      behind(lines.backward_size()), passed(lines.backward_size());
  for (int plane = 0; plane < lines.planes(); ++plane)
    lines.solve(plane, u, values, factors.data(), before.data(), behind.data(), passed.data());
  return values;
}

struct Part {
  Block block;
  Field u, values;
};

/// `count` layers from `first` on along an axis, with the halo that belongs to them.
Part part_of(const Block& block, Axis axis, int first, int count, const Field& u,
             const Field& values) {
  const auto a = static_cast<std::size_t>(cfd::index_of(axis));
  Block own = block;
  own.first[a] += first;
  own.size[a] = count;
  Part part{own, Field(own.size, cfd::solution_halo), Field(own.size, 0)};
  Extent with_halo = own.size;
  with_halo[a] += 2;
  for_points(with_halo, [&](int i, int j, int k) {
    Extent to{i, j, k}, from{i, j, k};
    --to[a];
    from[a] += first - 1;
    part.u.set_state(to[0], to[1], to[2], u.state(from[0], from[1], from[2]));
    if (to[a] >= 0 && to[a] < count)
      part.values.set_state(to[0], to[1], to[2], values.state(from[0], from[1], from[2]));
  });
  return part;
}

struct Problem {
  Block block;
  Field u, values;
};

Problem random_problem() {
  const Block block = whole_grid({9, 8, 10});
  Problem problem{block, Field(block.size, cfd::solution_halo), Field(block.size, 0)};
  std::mt19937_64 random(4);
  fill_randomly(problem.u, random, random_state);
  fill_randomly(problem.values, random, random_vector);
  return problem;
}

}  // namespace

TEST_CASE("from x to y to z and back: the transformations are each other's inverse") {
  std::mt19937_64 random(5);
  for (int n = 0; n < 20; ++n) {
    const State u = random_state(random), du = random_vector(random);
    State values = du, moved = u;
    to_characteristics_of_x(const_rows(u), 3, rows(values), 1);
    from_x_to_y(rows(values), 1);
    from_y_to_z(rows(values), 1);
    add_characteristics_of_z(const_rows(values), rows(moved), 1);
    for (int m = 0; m < cfd::components; ++m)
      CHECK(moved[m] == doctest::Approx(u[m] + 3 * du[m]).epsilon(1e-12));
  }
}

TEST_CASE("in characteristic variables the Jacobians are diagonal: v, v, v, v + c, v - c") {
  std::mt19937_64 random(6);
  for (int n = 0; n < 20; ++n) {
    const State u = random_state(random), du = random_vector(random);
    const lu::Flow flow = lu::flow_of(u);
    const lu::Change change = lu::change_of(flow, du);
    const cfd::FluxWeights convection{.convection = 1, .diffusion = 0, .viscosity = 0};
    State along_x = lu::flux_change<0>(convection, flow, du, change),
          along_y = lu::flux_change<1>(convection, flow, du, change),
          along_z = lu::flux_change<2>(convection, flow, du, change), values = du;
    for (State* state : {&values, &along_x, &along_y, &along_z})
      to_characteristics_of_x(const_rows(u), 1, rows(*state), 1);
    const auto check_diagonal = [&](int axis, const State& product) {
      const double v = flow.velocity[static_cast<std::size_t>(axis)], c = sound(u);
      const State expected{v * values[0], v * values[1], v * values[2], (v + c) * values[3],
                           (v - c) * values[4]};
      check_close(product, expected, 100);
    };
    check_diagonal(0, along_x);
    for (State* state : {&values, &along_y, &along_z})
      from_x_to_y(rows(*state), 1);
    check_diagonal(1, along_y);
    for (State* state : {&values, &along_z})
      from_y_to_z(rows(*state), 1);
    check_diagonal(2, along_z);
  }
}

TEST_CASE("lines are solved as dense systems are") {
  const Problem problem = random_problem();
  for (const Axis axis : cfd::all_axes) {
    CAPTURE(cfd::index_of(axis));
    const Field result = solved(problem.block, axis, problem.u, problem.values);
    for (const Extent& point : {Extent{0, 0, 0}, {6, 5, 7}, {3, 2, 4}})
      for (int m = 0; m < cfd::components; ++m) {
        const auto x = solve_dense(dense_line(axis, point, problem.u, problem.values, m));
        for (std::size_t r = 0; r < x.size(); ++r) {
          const Extent at = on_line(axis, point, static_cast<int>(r));
          CHECK(result.state(at[0], at[1], at[2])[m] == doctest::Approx(x[r]).epsilon(1e-11));
        }
      }
  }
}

TEST_CASE("a line across two cells is solved as in one, to the last bit") {
  const Problem problem = random_problem();
  for (const Axis axis : cfd::all_axes) {
    CAPTURE(cfd::index_of(axis));
    const int rows = problem.block.size[cfd::index_of(axis)], first = rows / 2;
    Part low = part_of(problem.block, axis, 0, first, problem.u, problem.values);
    Part high = part_of(problem.block, axis, first, rows - first, problem.u, problem.values);
    LinePlane low_lines(low.block, axis, dt), high_lines(high.block, axis, dt);
    std::vector<double> low_factors(low_lines.factors_size()),
        high_factors(high_lines.factors_size()), nothing(low_lines.forward_size()),
        forward(low_lines.forward_size()), backward(low_lines.backward_size()),
        unused(low_lines.backward_size());
    for (int plane = 0; plane < low_lines.planes(); ++plane) {
      low_lines.eliminate(plane, low.u, low.values, low_factors.data(), nothing.data(),
                          forward.data());
      high_lines.solve(plane, high.u, high.values, high_factors.data(), forward.data(),
                       nothing.data(), backward.data());
      low_lines.substitute(plane, low.values, low_factors.data(), backward.data(), unused.data());
    }
    const Field whole = solved(problem.block, axis, problem.u, problem.values);
    const Part expected_low = part_of(problem.block, axis, 0, first, problem.u, whole);
    const Part expected_high = part_of(problem.block, axis, first, rows - first, problem.u, whole);
    for_points(low.block.size, [&](int i, int j, int k) {
      CHECK(low.values.state(i, j, k) == expected_low.values.state(i, j, k));
    });
    for_points(high.block.size, [&](int i, int j, int k) {
      CHECK(high.values.state(i, j, k) == expected_high.values.state(i, j, k));
    });
  }
}

TEST_CASE("the cells of all processes cover the grid once") {
  constexpr Extent grid{14, 13, 12};
  for (const int side : {1, 2, 3, 4}) {
    std::multiset<Extent> points;
    for (int rank = 0; rank < side * side; ++rank)
      for (int z = 0; z < side; ++z) {
        const Block block = partition(rank, side).block(grid, z);
        for_points(block.size, [&](int i, int j, int k) {
          points.insert({block.first[0] + i, block.first[1] + j, block.first[2] + k});
        });
      }
    CHECK(points.size() == 12 * 11 * 10);
    CHECK(std::set(points.begin(), points.end()).size() == points.size());
  }
}

TEST_CASE("each process has one cell in every layer, and one neighbour on every side") {
  for (const int side : {1, 2, 3, 4})
    for (int rank = 0; rank < side * side; ++rank)
      for (const Axis axis : cfd::all_axes) {
        const auto a = static_cast<std::size_t>(cfd::index_of(axis));
        const Multipartition own = partition(rank, side);
        const int next = own.neighbour(axis, Side::high);
        const Multipartition there = partition(next, side);
        CHECK(there.neighbour(axis, Side::low) == rank);
        for (int position = 0; position < side; ++position) {
          const Extent cell = own.cell(own.cell_at(axis, position));
          CHECK(cell[a] == position);
          if (position + 1 == side) continue;
          Extent behind = cell;
          ++behind[a];
          CHECK(there.cell(there.cell_at(axis, position + 1)) == behind);
        }
      }
}
