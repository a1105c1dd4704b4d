// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <mpi.h>

#include "nas/cfd/field.hpp"

namespace moderato::workloads::nas::cfd {

/// Of each component the sum of the squares of a block's values, without halo.
State sum_of_squares(const Field& field);

/// Of each component the sum of the squares of the differences to the exact solution.
State sum_of_squared_errors(const Block& block, const Field& solution);

/// sums += more.
void add(const State& more, State& sums);

/// The root mean square over the points inside the grid, from what each process has summed up.
State root_mean_square(const State& own_sums, const Extent& grid, MPI_Comm processes);

}  // namespace moderato::workloads::nas::cfd
