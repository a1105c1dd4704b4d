// SPDX-License-Identifier: Apache-2.0
#include "nas/cg/process_grid.hpp"

#include <bit>

namespace moderato::workloads::nas::cg {
namespace {

std::size_t unsigned_of(int number) {
  return static_cast<std::size_t>(number);
}

}  // namespace

ProcessGrid make_grid(int ranks, int rank) {
  const int log2_ranks = std::countr_zero(static_cast<unsigned>(ranks));
  const int rows = 1 << log2_ranks / 2;
  const int columns = ranks / rows;
  return {rows, columns, rank / columns, rank % columns};
}

Range rows_of(const ProcessGrid& grid, std::size_t n) {
  return part_of(n, unsigned_of(grid.rows), unsigned_of(grid.row));
}

Range columns_of(const ProcessGrid& grid, std::size_t n) {
  return part_of(n, unsigned_of(grid.columns), unsigned_of(grid.column));
}

// Twice as many columns as rows: column piece c is half c % 2 of row piece c / 2, which grid row
// c / 2 has. Of its processes that in column 2 r + c % 2 serves grid row r; and it in turn needs
// half c % 2 of row piece r.
int transpose_partner(const ProcessGrid& grid) {
  if (grid.is_square()) return grid.column * grid.columns + grid.row;
  return grid.column / 2 * grid.columns + 2 * grid.row + grid.column % 2;
}

Range transposed_part(const ProcessGrid& grid, std::size_t n) {
  if (grid.is_square()) return rows_of(grid, n);
  return part_of(n, unsigned_of(grid.columns), unsigned_of(2 * grid.row + grid.column % 2));
}

int row_partner(const ProcessGrid& grid, int step) {
  return grid.row * grid.columns + (grid.column ^ 1 << step);
}

}  // namespace moderato::workloads::nas::cg
