// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <doctest/doctest.h>

#include <cmath>
#include <random>

#include "nas/cfd/field.hpp"

namespace moderato::workloads::nas {

inline cfd::Block whole_grid(const cfd::Extent& grid) {
  return {grid, {1, 1, 1}, {grid[0] - 2, grid[1] - 2, grid[2] - 2}};
}

/// Calls `visit` with the local indices of every point of a box.
template <typename Visit>
void for_points(const cfd::Extent& size, Visit visit) {
  for (int k = 0; k < size[2]; ++k)
    for (int j = 0; j < size[1]; ++j)
      for (int i = 0; i < size[0]; ++i)
        visit(i, j, k);
}

/// A physical state: positive density and pressure.
inline cfd::State random_state(std::mt19937_64& random) {
  std::uniform_real_distribution<double> number(-1, 1);
  return {2 + number(random), number(random), number(random), number(random), 9 + number(random)};
}

inline cfd::State random_vector(std::mt19937_64& random) {
  std::uniform_real_distribution<double> number(-1, 1);
  return {number(random), number(random), number(random), number(random), number(random)};
}

inline void fill_randomly(cfd::Field& field, std::mt19937_64& random,
                          cfd::State (*value)(std::mt19937_64&)) {
  const int halo = field.halo();
  const cfd::Extent& size = field.size();
  for_points(
      {size[0] + 2 * halo, size[1] + 2 * halo, size[2] + 2 * halo},
      [&](int i, int j, int k) { field.set_state(i - halo, j - halo, k - halo, value(random)); });
}

/// Relative to the size of the numbers that went into both.
inline void check_close(const cfd::State& got, const cfd::State& expected, double size,
                        double tolerance = 1e-12) {
  for (int m = 0; m < cfd::components; ++m) {
    CAPTURE(m);
    CHECK(std::abs(got[m] - expected[m]) <= tolerance * size);
  }
}

}  // namespace moderato::workloads::nas
