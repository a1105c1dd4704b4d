// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <mpi.h>

#include <span>
#include <vector>

#include "nas/cg/process_grid.hpp"
#include "nas/phase_timer.hpp"

namespace moderato::workloads::nas::cg {

/// What the processes of the grid tell each other, in phases row_sum, transpose and dot_product.
class GridExchange {
 public:
  GridExchange(const ProcessGrid& grid, std::size_t n, MPI_Comm processes, PhaseTimer& timer);

  /// `products`: what this process's block of the matrix gives for its row piece; spoilt. `result`:
  /// its column piece of the sum over all blocks.
  void sum_and_transpose(std::span<double> products, std::span<double> result);

  /// The sum over all column pieces, the same at every process to the last bit.
  double sum(double own);
  /// Of several numbers at once; in place.
  void sum(std::span<double> numbers);

 private:
  std::span<double> sum_rows(std::span<double> products);
  void transpose(std::span<const double> part, std::span<double> result);

  ProcessGrid grid_;
  Range rows_, transposed_;
  int steps_;  ///< log2 of the columns of the grid
  MPI_Comm processes_;
  PhaseTimer& timer_;
  PhaseTimer::Phase row_sum_, transpose_, dot_product_;
  std::vector<double> received_;
};

}  // namespace moderato::workloads::nas::cg
