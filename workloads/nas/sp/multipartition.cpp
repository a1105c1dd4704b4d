// SPDX-License-Identifier: Apache-2.0
#include "nas/sp/multipartition.hpp"

#include "nas/cfd/partition.hpp"

namespace moderato::workloads::nas::sp {
namespace {

/// 0 to side - 1, also of negative numbers.
int modulo(int number, int side) {
  return (number % side + side) % side;
}

}  // namespace

cfd::Extent Multipartition::cell(int z) const {
  return {modulo(row[0] + z, side), modulo(row[1] + z, side), z};
}

int Multipartition::cell_at(cfd::Axis axis, int position) const {
  if (axis == cfd::Axis::z) return position;
  return modulo(position - row[axis == cfd::Axis::x ? 0 : 1], side);
}

int Multipartition::neighbour(cfd::Axis axis, cfd::Side side_of_cells) const {
  const int step = side_of_cells == cfd::Side::low ? -1 : 1;
  // A cell one layer higher in z belongs to the diagonal that starts one row before.
  const int dx = axis == cfd::Axis::x ? step : axis == cfd::Axis::z ? -step : 0;
  const int dy = axis == cfd::Axis::y ? step : axis == cfd::Axis::z ? -step : 0;
  return modulo(row[1] + dy, side) * side + modulo(row[0] + dx, side);
}

cfd::Block Multipartition::block(const cfd::Extent& grid, int z) const {
  cfd::Block block{.grid = grid};
  const cfd::Extent place = cell(z);
  for (std::size_t a = 0; a < 3; ++a) {
    const cfd::Part part = cfd::part_of(grid[a], side, place[a]);
    block.first[a] = part.first;
    block.size[a] = part.size;
  }
  return block;
}

Multipartition partition(int rank, int side) {
  return {side, {rank % side, rank / side}};
}

}  // namespace moderato::workloads::nas::sp
