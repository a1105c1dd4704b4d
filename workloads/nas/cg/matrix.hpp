// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "nas/large_vector.hpp"

namespace moderato::workloads::nas::cg {

/// A block of a sparse matrix in compressed rows (CSR).
struct Matrix {
  std::vector<std::size_t> row_begins;  ///< of each row and of the end, places in the other two
  LargeVector<std::uint32_t> columns;   ///< ascending in each row; 0 is the block's first column
  LargeVector<double> values;

  std::size_t rows() const { return row_begins.size() - 1; }
};

/// result = matrix * vector, of the block's columns and rows.
void multiply(const Matrix& matrix, std::span<const double> vector, std::span<double> result);

}  // namespace moderato::workloads::nas::cg
