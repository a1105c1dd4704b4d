// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "nas/cfd/field.hpp"

namespace moderato::workloads::nas::lu {

/// This block's share of the integral of the pressure over the surface of a box inside the grid,
/// by the trapezoidal rule: along x from point 1 to nx - 2, along y from 1 to ny - 3 and along z
/// from 2 to nz - 2. The shares of all blocks add up to the integral.
double surface_integral(const cfd::Block& block, const cfd::Field& solution);

}  // namespace moderato::workloads::nas::lu
