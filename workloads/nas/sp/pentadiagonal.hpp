// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <vector>

namespace moderato::workloads::nas::sp {

// Scalar pentadiagonal systems, many at once: the lines of a plane, side by side. Along one axis
// three systems have one matrix each: 0, with eigenvalue v, has the right-hand sides 0 to 2; 1,
// with v + c, has 3; and 2, with v - c, has 4. Gaussian elimination without pivots turns row r into
//
//   x[r] + d[r] x[r + 1] + e[r] x[r + 2] = f[r].

constexpr int systems = 3, right_hand_sides = 5;

/// What rows of the matrices are made of, for each line. All are multiplied by the time step.
struct MatrixRow {
  const double* convection;  ///< v / 2h
  const double* diffusion;   ///< (what multiplies the second difference) / h^2
  const double* sound;       ///< c / 2h
};

/// Weights of the fourth difference, multiplied by the time step.
using Taps = std::array<double, 5>;

/// An eliminated row, each with a number for each line.
struct Eliminated {
  std::array<double*, systems> d, e;
  std::array<double*, right_hand_sides> f;
};

/// Eliminates a row. `low`, `here`, `high`: the matrix at the rows r - 1, r and r + 1;
/// `before_last` and `last`: what became of the rows r - 2 and r - 1. `row.f` holds the right-hand
/// sides before.
void eliminate(const Taps& taps, const MatrixRow& low, const MatrixRow& here, const MatrixRow& high,
               const Eliminated& before_last, const Eliminated& last, const Eliminated& row,
               int lines);

/// Solves a row: `next` and `after_next` hold x[r + 1] and x[r + 2] in f, and so does `row` then.
void substitute(const Eliminated& row, const Eliminated& next, const Eliminated& after_next,
                int lines);

}  // namespace moderato::workloads::nas::sp
