// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "nas/cfd/field.hpp"

// The diagonal form of the factors (T. Pulliam and D. Chaussee, 1981). The Jacobian of the
// convective flux along x is T L T^-1 with L = diag(u, u, u, u + c, u - c), c the speed of sound,
// and likewise along y and z with eigenvectors of their own. Time steps are solved in
// characteristic variables, and between two axes only the products T_y^-1 T_x and T_z^-1 T_y
// appear, which do not depend on the flow.

namespace moderato::workloads::nas::sp {

/// Five rows, one of each component, with `stride` between them.
struct Rows {
  double* first;
  std::ptrdiff_t stride;

  double* operator[](int component) const { return first + component * stride; }
};
struct ConstRows {
  const double* first;
  std::ptrdiff_t stride;

  const double* operator[](int component) const { return first + component * stride; }
};

/// values = T_x^-1 (scale * values), at the flow of `u`.
void to_characteristics_of_x(ConstRows u, double scale, Rows values, int size);
/// values = T_y^-1 T_x values.
void from_x_to_y(Rows values, int size);
/// values = T_z^-1 T_y values.
void from_y_to_z(Rows values, int size);
/// u += T_z values, at the flow of u before.
void add_characteristics_of_z(ConstRows values, Rows u, int size);

}  // namespace moderato::workloads::nas::sp
