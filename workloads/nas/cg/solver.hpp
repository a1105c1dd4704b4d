// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <vector>

#include "nas/cg/exchange.hpp"
#include "nas/cg/matrix.hpp"

namespace moderato::workloads::nas::cg {

/// x . y of the pieces that this process has.
double dot(std::span<const double> x, std::span<const double> y);

/// Solves A z = x approximately, by a fixed number of steps of the method of conjugate gradients
/// (Hestenes and Stiefel, 1952) that start from z = 0. Vectors are column pieces.
class Solver {
 public:
  Solver(const Matrix& matrix, std::size_t columns, GridExchange& exchange);

  /// Returns the residual norm |x - A z|.
  double solve(std::span<const double> x, std::span<double> z);

 private:
  void multiply(std::span<const double> vector, std::span<double> result);
  double step(double rho, std::span<double> z);
  double residual_norm(std::span<const double> x, std::span<const double> z);

  const Matrix& matrix_;
  GridExchange& exchange_;
  std::vector<double> products_;  ///< row piece
  std::vector<double> p_, q_, r_;
};

}  // namespace moderato::workloads::nas::cg
