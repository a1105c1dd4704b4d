// SPDX-License-Identifier: Apache-2.0
#include <mpi.h>

#include <set>

#include "cfd_grids.hpp"
#include "nas/cfd/exact.hpp"
#include "nas/lu/decomposition.hpp"
#include "nas/lu/plane_order.hpp"
#include "nas/lu/surface_integral.hpp"

using namespace moderato::workloads::nas;
using namespace moderato::workloads::nas::lu;
using cfd::Axis, cfd::Block, cfd::Extent, cfd::Field, cfd::FluxWeights, cfd::Side;

namespace {

State sum(const State& a, double factor, const State& b) {
  State sum;
  for (int m = 0; m < cfd::components; ++m)
    sum[m] = a[m] + factor * b[m];
  return sum;
}

State change_along(Axis axis, const FluxWeights& weights, const State& u, const State& du) {
  const Flow flow = flow_of(u);
  const Change change = change_of(flow, du);
  return axis == Axis::x   ? flux_change<0>(weights, flow, du, change)
         : axis == Axis::y ? flux_change<1>(weights, flow, du, change)
                           : flux_change<2>(weights, flow, du, change);
}

/// The convective flux, as the equations have it.
State convective_flux(Axis axis, const State& u) {
  const int n = 1 + cfd::index_of(axis);
  const double v = u[n] / u[0];
  const double pressure = cfd::k2 * (u[4] - (u[1] * u[1] + u[2] * u[2] + u[3] * u[3]) / (2 * u[0]));
  State flux{u[0] * v, u[1] * v, u[2] * v, u[3] * v, (u[4] + pressure) * v};
  flux[n] += pressure;
  return flux;
}

/// What the viscous flux is k3 k4 times the gradient of.
State viscous_potential(Axis axis, const State& u) {
  const int n = 1 + cfd::index_of(axis);
  State potential{0, u[1] / u[0], u[2] / u[0], u[3] / u[0], 0};
  const double square =
      potential[1] * potential[1] + potential[2] * potential[2] + potential[3] * potential[3];
  potential[4] = (1 - cfd::k1 * cfd::k5) * square / 2 + potential[n] * potential[n] / 6 +
                 cfd::k1 * cfd::k5 * u[4] / u[0];
  potential[n] *= 4.0 / 3;
  return potential;
}

/// D v.
State times_diagonal(const Block& block, double dt, const State& u, const State& v) {
  State product = v;
  for (const Axis axis : cfd::all_axes) {
    FluxWeights weights = cfd::flux_weights(axis, block.grid[cfd::index_of(axis)]);
    weights.convection = 0;
    product = sum(product, 2 * dt, change_along(axis, weights, u, v));
  }
  return product;
}

/// What a neighbour `step` (-1, 1) along an axis contributes to L v or U v; 0 beyond the grid.
State off_diagonal(const Block& block, double dt, const Field& u, const Field& v, Extent at,
                   Axis axis, int step) {
  const int a = cfd::index_of(axis);
  at[a] += step;
  if (at[a] < 0 || at[a] >= block.size[a]) return {};
  FluxWeights weights = cfd::flux_weights(axis, block.grid[a]);
  weights.convection *= -step;
  const State product =
      change_along(axis, weights, u.state(at[0], at[1], at[2]), v.state(at[0], at[1], at[2]));
  return sum({}, -dt, product);
}

/// What a sweep makes of the values, in natural order.
Field swept(const Block& block, double dt, const Field& u, const Field& values, Sweep sweep) {
  Wavefront wavefront(block, dt);
  Field result(block.size, 0);
  const int planes = block.size[2];
  wavefront.begin(sweep);
  for (int n = 0; n < planes; ++n) {
    const int k = sweep == Sweep::lower ? n : planes - 1 - n;
    load_plane(wavefront.order(), sweep, u, k, 1, wavefront.states());
    load_plane(wavefront.order(), sweep, values, k, 1, wavefront.values());
    wavefront.solve_plane();
    add_to_plane(wavefront.order(), sweep, wavefront.values(), 1, result, k);
  }
  return result;
}

/// (D + omega L) v - (D or 0) before, or with U, at a point.
State applied(const Block& block, double dt, const Field& u, const Field& v, Extent at, int step) {
  State result =
      times_diagonal(block, dt, u.state(at[0], at[1], at[2]), v.state(at[0], at[1], at[2]));
  for (const Axis axis : cfd::all_axes)
    result = sum(result, omega, off_diagonal(block, dt, u, v, at, axis, step));
  return result;
}

}  // namespace

TEST_CASE("a product with the Jacobians is the derivative of the fluxes") {
  std::mt19937_64 random(1);
  constexpr double step = 1e-6;
  for (int n = 0; n < 20; ++n) {
    const State u = random_state(random), du = random_vector(random);
    for (const Axis axis : cfd::all_axes) {
      const auto derivative = [&](State (*flux)(Axis, const State&)) {
        const State high = flux(axis, sum(u, step, du)), low = flux(axis, sum(u, -step, du));
        return sum(sum({}, 0.5 / step, high), -0.5 / step, low);
      };
      check_close(change_along(axis, {1, 0, 0}, u, du), derivative(convective_flux), 100, 1e-9);
      check_close(change_along(axis, {0, 1, 0}, u, du), du, 1);
      check_close(change_along(axis, {0, 0, 1}, u, du), derivative(viscous_potential), 100, 1e-9);
    }
  }
}

TEST_CASE("every point of a plane has a place, behind those that it depends on") {
  for (const auto& [nx, ny] : {std::pair{5, 3}, {3, 5}, {4, 4}, {2, 2}, {1, 6}}) {
    const Diagonals order(nx, ny);
    std::set<int> places;
    for (int d = 0; d < order.count(); ++d)
      for (int j = order.first_j(d); j < order.end_j(d); ++j) {
        const int i = d - j;
        CHECK(i >= 0);
        CHECK(i < nx);
        places.insert(order.position(d, j));
        if (i > 0) CHECK(order.position(d - 1, j) < order.position(d, order.first_j(d)));
        if (j > 0) CHECK(order.position(d - 1, j - 1) < order.position(d, order.first_j(d)));
      }
    CHECK(static_cast<int>(places.size()) == nx * ny);
    CHECK(*places.begin() == 0);
    CHECK(*places.rbegin() == nx * ny - 1);
  }
}

TEST_CASE("the lower sweep solves (D + omega L) v = r, and the upper one (D + omega U) w = D v") {
  const Block block = whole_grid({7, 6, 6});
  constexpr double dt = 0.3;
  std::mt19937_64 random(2);
  Field u(block.size, 0), r(block.size, 0);
  fill_randomly(u, random, random_state);
  fill_randomly(r, random, random_vector);
  const Field v = swept(block, dt, u, r, Sweep::lower);
  const Field w = swept(block, dt, u, v, Sweep::upper);
  for_points(block.size, [&](int i, int j, int k) {
    check_close(applied(block, dt, u, v, {i, j, k}, -1), r.state(i, j, k), 1e2);
    check_close(applied(block, dt, u, w, {i, j, k}, 1),
                times_diagonal(block, dt, u.state(i, j, k), v.state(i, j, k)), 1e2);
  });
}

TEST_CASE("what the lower sweep keeps comes back in the order of the upper one") {
  const Diagonals order(4, 3);
  Field field({4, 3, 1}, 0);
  std::mt19937_64 random(3);
  fill_randomly(field, random, random_vector);
  Components lower(12), upper(12), expected(12);
  load_plane(order, Sweep::lower, field, 0, 1, lower);
  load_plane(order, Sweep::upper, field, 0, 1, expected);
  Field kept({4, 3, 1}, 0);
  keep(lower, {kept.plane(0), 60});
  fetch_reversed({kept.plane(0), 60}, upper);
  CHECK(std::ranges::equal(upper.values(), expected.values()));
}

TEST_CASE("the pencils of all processes cover the grid once, and neighbours know each other") {
  constexpr Extent grid{19, 20, 8};
  for (int ranks = 1; ranks <= 64; ranks *= 2) {
    std::multiset<Extent> points;
    for (int rank = 0; rank < ranks; ++rank) {
      const Decomposition own = decompose(rank, ranks);
      const Block block = own.block(grid);
      for_points(block.size, [&](int i, int j, int k) {
        points.insert({block.first[0] + i, block.first[1] + j, block.first[2] + k});
      });
      for (const Axis axis : {Axis::x, Axis::y}) {
        const int a = cfd::index_of(axis);
        const int next = own.neighbour(axis, Side::high);
        CHECK((next == MPI_PROC_NULL) == block.at_end(axis));
        CHECK((own.neighbour(axis, Side::low) == MPI_PROC_NULL) == block.at_start(axis));
        if (next == MPI_PROC_NULL) continue;
        CHECK(decompose(next, ranks).neighbour(axis, Side::low) == rank);
        CHECK(decompose(next, ranks).block(grid).first[a] == block.first[a] + block.size[a]);
      }
    }
    CHECK(points.size() == 17 * 18 * 6);
    CHECK(std::set(points.begin(), points.end()).size() == points.size());
  }
}

TEST_CASE("the surface integral of a constant pressure is pressure times surface") {
  constexpr Extent grid{12, 12, 12};
  const Block block = whole_grid(grid);
  Field field(block.size, cfd::solution_halo);
  for_points(block.size, [&](int i, int j, int k) {
    field.set_state(i, j, k, {1, 0, 0, 0, 5 / cfd::k2});
  });
  const double x = 9.0 / 11, y = 8.0 / 11, z = 8.0 / 11;
  CHECK(surface_integral(block, field) == doctest::Approx(5 * 2 * (x * y + y * z + z * x) / 1));
}

TEST_CASE("the shares of all blocks add up to the surface integral") {
  constexpr Extent grid{12, 12, 12};
  const auto share = [&](const Block& block) {
    Field field(block.size, cfd::solution_halo);
    cfd::set_exact(block, field);
    return surface_integral(block, field);
  };
  double total = 0;
  for (int rank = 0; rank < 8; ++rank)
    total += share(decompose(rank, 8).block(grid));
  CHECK(total == doctest::Approx(share(whole_grid(grid))).epsilon(1e-13));
}
