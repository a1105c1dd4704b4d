// SPDX-License-Identifier: Apache-2.0
#include "nas/cfd/exact.hpp"

namespace moderato::workloads::nas::cfd {
namespace {

/// The constant term, and the coefficients of degree 1 to 4 in each coordinate.
struct Polynomial {
  double constant;
  std::array<double, 4> x, y, z;
};

constexpr std::array<Polynomial, components> solution_polynomials{{
    {2, {0, 5, 0.02, 0.5}, {0, 3, 0.01, 0.4}, {4, 0.5, 0.03, 0.3}},
    {1, {0, 1, 0.01, 0.4}, {0, 2, 0.03, 0.3}, {0, 3, 0.02, 0.5}},
    {2, {2, 0, 0.04, 0.3}, {0, 2, 0.03, 0.5}, {0, 3, 0.05, 0.4}},
    {2, {2, 0, 0.03, 0.2}, {0, 2, 0.05, 0.1}, {0, 3, 0.04, 0.3}},
    {5, {4, 0.1, 0.05, 0.1}, {3, 0.4, 0.04, 0.3}, {2, 0.3, 0.03, 0.2}},
}};

/// Horner's rule; no constant term.
double value_at(const std::array<double, 4>& coefficients, double t) {
  return t *
         (coefficients[0] + t * (coefficients[1] + t * (coefficients[2] + t * coefficients[3])));
}

/// How far `index` is along a line of `points` points, 0 to 1.
double coordinate(int index, int points) {
  return static_cast<double>(index) / (points - 1);
}

struct Interpolants {
  State x, y, z;
};

/// Linear between the two exact values at the ends of the three lines through a point.
Interpolants interpolate(double x, double y, double z) {
  const std::array low{exact_solution(0, y, z), exact_solution(x, 0, z), exact_solution(x, y, 0)};
  const std::array high{exact_solution(1, y, z), exact_solution(x, 1, z), exact_solution(x, y, 1)};
  Interpolants p;
  for (int m = 0; m < components; ++m) {
    p.x[m] = (1 - x) * low[0][m] + x * high[0][m];
    p.y[m] = (1 - y) * low[1][m] + y * high[1][m];
    p.z[m] = (1 - z) * low[2][m] + z * high[2][m];
  }
  return p;
}

/// Calls `visit` with the local indices of the block's points and of the halo's.
template <typename Visit>
void for_points_and_halo(const Field& field, Visit visit) {
  const int halo = field.halo();
  const Extent& size = field.size();
  for (int k = -halo; k < size[2] + halo; ++k)
    for (int j = -halo; j < size[1] + halo; ++j)
      for (int i = -halo; i < size[0] + halo; ++i)
        visit(i, j, k);
}

/// Whether the point is of the grid and not on its boundary.
bool inside(const Extent& grid, const Extent& point) {
  for (int a = 0; a < 3; ++a)
    if (point[a] < 1 || point[a] > grid[a] - 2) return false;
  return true;
}

}  // namespace

State exact_solution(double x, double y, double z) {
  State state;
  for (int m = 0; m < components; ++m) {
    const Polynomial& p = solution_polynomials[m];
    state[m] = p.constant + value_at(p.x, x) + value_at(p.y, y) + value_at(p.z, z);
  }
  return state;
}

State exact_solution_at(const Extent& grid, int i, int j, int k) {
  return exact_solution(coordinate(i, grid[0]), coordinate(j, grid[1]), coordinate(k, grid[2]));
}

State initial_guess(const Extent& grid, int i, int j, int k) {
  const auto [x, y, z] =
      interpolate(coordinate(i, grid[0]), coordinate(j, grid[1]), coordinate(k, grid[2]));
  State state;
  for (int m = 0; m < components; ++m)
    state[m] = x[m] + y[m] + z[m] - x[m] * y[m] - y[m] * z[m] - z[m] * x[m] + x[m] * y[m] * z[m];
  return state;
}

void set_exact(const Block& block, Field& solution) {
  const Extent& first = block.first;
  for_points_and_halo(solution, [&](int i, int j, int k) {
    solution.set_state(i, j, k,
                       exact_solution_at(block.grid, first[0] + i, first[1] + j, first[2] + k));
  });
}

void initialise(const Block& block, Field& solution) {
  const Extent& first = block.first;
  for_points_and_halo(solution, [&](int i, int j, int k) {
    const Extent point{first[0] + i, first[1] + j, first[2] + k};
    const auto value = inside(block.grid, point) ? initial_guess : exact_solution_at;
    solution.set_state(i, j, k, value(block.grid, point[0], point[1], point[2]));
  });
}

}  // namespace moderato::workloads::nas::cfd
