// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "nas/cfd/field.hpp"

namespace moderato::workloads::nas::cfd {

/// The exact solution at a point of the unit cube: in each component a polynomial of degree four
/// in each coordinate (the report's table of coefficients C).
State exact_solution(double x, double y, double z);

/// At a point of the grid.
State exact_solution_at(const Extent& grid, int i, int j, int k);

/// Where the iteration starts from: between the exact values on the six faces, by transfinite
/// interpolation.
State initial_guess(const Extent& grid, int i, int j, int k);

/// Sets the block and its halo to the initial guess; on the boundary of the grid, and what is
/// beyond it, to the exact solution.
void initialise(const Block& block, Field& solution);

/// Sets the block and its halo to the exact solution.
void set_exact(const Block& block, Field& solution);

}  // namespace moderato::workloads::nas::cfd
