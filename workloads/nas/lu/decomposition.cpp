// SPDX-License-Identifier: Apache-2.0
#include "nas/lu/decomposition.hpp"

#include <mpi.h>

#include <bit>

#include "nas/cfd/partition.hpp"

namespace moderato::workloads::nas::lu {

int Decomposition::neighbour(cfd::Axis axis, cfd::Side side) const {
  std::array<int, 2> there = place;
  const int a = cfd::index_of(axis);
  there[a] += side == cfd::Side::low ? -1 : 1;
  if (there[a] < 0 || there[a] >= processes[a]) return MPI_PROC_NULL;
  return there[1] * processes[0] + there[0];
}

cfd::Block Decomposition::block(const cfd::Extent& grid) const {
  const cfd::Part x = cfd::part_of(grid[0], processes[0], place[0]);
  const cfd::Part y = cfd::part_of(grid[1], processes[1], place[1]);
  return {grid, {x.first, y.first, 1}, {x.size, y.size, grid[2] - 2}};
}

Decomposition decompose(int rank, int ranks) {
  const int log2 = std::countr_zero(static_cast<unsigned>(ranks));
  const int along_x = 1 << log2 / 2;
  return {{along_x, ranks / along_x}, {rank % along_x, rank / along_x}};
}

}  // namespace moderato::workloads::nas::lu
