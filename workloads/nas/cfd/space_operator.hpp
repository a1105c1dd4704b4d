// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <vector>

#include "nas/cfd/field.hpp"

namespace moderato::workloads::nas::cfd {

/// What the fluxes along a direction are made of besides the solution itself.
struct Primitives {
  std::array<const double*, 3> velocity;
  const double* pressure;  ///< k2 (energy - kinetic energy)
  const double*
      heat;  ///< what conduction evens out: (1 - k1 k5) |v|^2 / 2 + k1 k5 energy / density
};

/// The space operator R(u) of the equations, without forcing: second-order central differences
/// of the fluxes, and the fourth-order dissipation. Works through the block plane by plane and
/// keeps the primitive variables of three planes only.
class SpaceOperator {
 public:
  explicit SpaceOperator(const Block& block);

  /// right_hand_side = forcing + R(solution) on the block's points; `right_hand_side` and
  /// `forcing` have no halo. The solution's halo must be up to date. Calls `finish(k)` for each
  /// plane as soon as it is done.
  void apply(
      const Field& solution, const Field& forcing, Field& right_hand_side,
      const std::function<void(int)>& finish = [](int) {});

  /// forcing = -R(exact solution), so that the exact solution is steady. `scratch` has a solution's
  /// halo; the exact solution is left in it.
  void set_forcing(Field& scratch, Field& forcing);

 private:
  void fill_primitives(const Field& solution, int k);
  Primitives primitives(int j, int k) const;
  void add_row(const Field& solution, const Field& forcing, int j, int k, Field& right_hand_side);
  void add_dissipation(const Field& solution, int j, int k, Field& right_hand_side);

  Block block_;
  std::ptrdiff_t row_, plane_;
  std::vector<double> planes_;  ///< [k modulo 3][j][primitive][i], with a halo of one point
};

}  // namespace moderato::workloads::nas::cfd
