// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "nas/partition.hpp"

namespace moderato::workloads::nas::cg {

/// A power of two of processes in rows and columns, as many columns as rows or twice as many. Each
/// has the block of the matrix where its rows meet its columns. A vector is cut either in `rows`
/// pieces, of which all processes of a grid row have the same, or in `columns` pieces, of which all
/// processes of a grid column have the same.
struct ProcessGrid {
  int rows = 1, columns = 1;
  int row = 0, column = 0;  ///< of this process
  int rank() const { return row * columns + column; }
  bool is_square() const { return rows == columns; }
};

/// `ranks`: a power of two.
ProcessGrid make_grid(int ranks, int rank);

/// The piece of a vector of n elements that this process has, cut by rows and by columns.
Range rows_of(const ProcessGrid& grid, std::size_t n);
Range columns_of(const ProcessGrid& grid, std::size_t n);

/// The one process that has in its row piece the column piece of this one, and the other way round.
/// It may be this one.
int transpose_partner(const ProcessGrid& grid);

/// What of its row piece a process gives its partner: all of it, or a half if there are twice as
/// many columns. Places in the whole vector.
Range transposed_part(const ProcessGrid& grid, std::size_t n);

/// In step s of log2(columns), s = 0, 1, ..., sums over a grid row are exchanged with this rank.
int row_partner(const ProcessGrid& grid, int step);

}  // namespace moderato::workloads::nas::cg
