// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "nas/cfd/faces.hpp"

namespace moderato::workloads::nas::sp {

/// Multi-partitioning (J. Bruno and P. Cappello, 1988; V. Naik, 1995): p^2 processes divide the
/// grid into p^3 cells, and each has p of them, on a diagonal. In every layer of cells across
/// every axis each process has one cell, so that a sweep along any axis keeps all of them busy; and
/// the neighbours of a process' cells on one side are all of the same process.
struct Multipartition {
  int side;                ///< p
  std::array<int, 2> row;  ///< of this process: the x and y of its cell with z = 0

  /// Of the cell with this z: x, y and z, each 0 to side - 1.
  cfd::Extent cell(int z) const;
  /// Which of the process' cells (its z) is the one at `position` along an axis.
  int cell_at(cfd::Axis axis, int position) const;
  /// The rank that has the cells beyond a side; at the boundary of the grid the count goes on
  /// from the other end.
  int neighbour(cfd::Axis axis, cfd::Side side_of_cells) const;
  cfd::Block block(const cfd::Extent& grid, int z) const;
};

/// Of one of side^2 processes.
Multipartition partition(int rank, int side);

}  // namespace moderato::workloads::nas::sp
