// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>

namespace moderato::workloads::nas::cfd {

// The simulated application of the NAS Parallel Benchmarks (report RNR-94-007, chapter 3): the
// compressible Navier-Stokes equations in three dimensions on the unit cube,
//
//   du/dt = -dE(u)/dx - dF(u)/dy - dG(u)/dz + dT/dx + dV/dy + dW/dz + D(u) + H,
//
// u = (density, three momenta, total energy), E, F, G the convective and T, V, W the viscous
// fluxes, D an artificial dissipation, and H a forcing that makes a given polynomial steady.

constexpr int components = 5;  ///< density, momenta in x, y, z, energy
using State = std::array<double, components>;

enum class Axis { x, y, z };
inline constexpr std::array all_axes{Axis::x, Axis::y, Axis::z};
constexpr int index_of(Axis axis) {
  return static_cast<int>(axis);
}

constexpr double k1 = 1.4;  ///< ratio of the specific heats, gamma
constexpr double k2 = 0.4;  ///< gamma - 1
constexpr double k3 = 0.1;
constexpr double k4 = 1.0;
constexpr double k5 = 1.4;
constexpr double viscosity = k3 * k4;

/// Coefficients of the second-order dissipation along x, y and z, the same for all components.
inline constexpr std::array second_dissipation{0.75, 0.75, 1.0};
/// Coefficient of the fourth-order dissipation.
constexpr double fourth_dissipation = 0.25;

/// Weights of the points -2 to 2 in the fourth difference at point `index` (1 to points - 2) of a
/// line of `points` points. The differences next to the boundary are one-sided, as the report
/// gives them.
constexpr std::array<double, 5> fourth_difference(int index, int points) {
  std::array<double, 5> taps{1, -4, 6, -4, 1};
  if (index == 1) taps = {0, 0, 5, taps[3], taps[4]};
  if (index == 2) taps[0] = 0;
  if (index == points - 3) taps[4] = 0;
  if (index == points - 2) taps = {taps[0], taps[1], 5, 0, 0};
  return taps;
}

}  // namespace moderato::workloads::nas::cfd
