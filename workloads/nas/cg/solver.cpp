// SPDX-License-Identifier: Apache-2.0
// The names are those of RNR-94-007: z solution, r residual, p direction, q = A p, rho = r . r.
#include "nas/cg/solver.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace moderato::workloads::nas::cg {
namespace {

constexpr int steps = 25;

}  // namespace

double dot(std::span<const double> x, std::span<const double> y) {
  constexpr std::size_t lanes = 4;
  std::array<double, lanes> sums{};
  const std::size_t whole = x.size() / lanes * lanes;
  for (std::size_t i = 0; i < whole; i += lanes)
    for (std::size_t lane = 0; lane < lanes; ++lane)
      sums[lane] += x[i + lane] * y[i + lane];
  for (std::size_t i = whole; i < x.size(); ++i)
    sums[0] += x[i] * y[i];
  return sums[0] + sums[1] + (sums[2] + sums[3]);
}

Solver::Solver(const Matrix& matrix, std::size_t columns, GridExchange& exchange)
    : matrix_(matrix),
      exchange_(exchange),
      products_(matrix.rows()),
      p_(columns),
      q_(columns),
      r_(columns) {}

double Solver::solve(std::span<const double> x, std::span<double> z) {
  std::ranges::fill(z, 0.0);
  std::ranges::copy(x, r_.begin());
  std::ranges::copy(x, p_.begin());
  double rho = exchange_.sum(dot(r_, r_));
  for (int i = 0; i < steps; ++i)
    rho = step(rho, z);
  return residual_norm(x, z);
}

void Solver::multiply(std::span<const double> vector, std::span<double> result) {
  cg::multiply(matrix_, vector, products_);
  exchange_.sum_and_transpose(products_, result);
}

/// Returns the next rho.
double Solver::step(double rho, std::span<double> z) {
  multiply(p_, q_);
  const double alpha = rho / exchange_.sum(dot(p_, q_));
  for (std::size_t i = 0; i < z.size(); ++i) {
    z[i] += alpha * p_[i];
    r_[i] -= alpha * q_[i];
  }
  const double next_rho = exchange_.sum(dot(r_, r_));
  const double beta = next_rho / rho;
  for (std::size_t i = 0; i < z.size(); ++i)
    p_[i] = r_[i] + beta * p_[i];
  return next_rho;
}

double Solver::residual_norm(std::span<const double> x, std::span<const double> z) {
  multiply(z, r_);
  for (std::size_t i = 0; i < z.size(); ++i)
    r_[i] = x[i] - r_[i];
  return std::sqrt(exchange_.sum(dot(r_, r_)));
}

}  // namespace moderato::workloads::nas::cg
