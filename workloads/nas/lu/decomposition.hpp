// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>

#include "nas/cfd/faces.hpp"

namespace moderato::workloads::nas::lu {

/// Pencils: x and y are divided among the processes, z is not.
struct Decomposition {
  std::array<int, 2> processes;  ///< along x and y
  std::array<int, 2> place;      ///< of this process

  /// The rank of the neighbour across x or y; MPI_PROC_NULL at the boundary of the grid.
  int neighbour(cfd::Axis axis, cfd::Side side) const;
  cfd::Block block(const cfd::Extent& grid) const;
};

/// For a power of two; y is divided more often than x, so that rows stay long.
Decomposition decompose(int rank, int ranks);

}  // namespace moderato::workloads::nas::lu
