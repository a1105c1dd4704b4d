// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "nas/problem_class.hpp"

namespace moderato::workloads::nas::cg {

struct Class {
  std::size_t order;       ///< n of the matrix
  std::size_t nonzeros;    ///< of each random vector that the matrix is made of
  std::size_t iterations;  ///< of the inverse power method
  double shift;            ///< lambda: an estimate of the eigenvalue looked for
  double zeta;             ///< published: the estimate after the last iteration
};

constexpr double tolerance = 1e-10;  ///< of zeta
constexpr double condition = 0.1;    ///< rcond: the reciprocal of the condition number

constexpr ClassTable<Class> classes{{
    {1400, 7, 15, 10, 8.5971775078648},      // S
    {7000, 8, 15, 12, 10.362595087124},      // W
    {14000, 11, 15, 20, 17.130235054029},    // A
    {75000, 13, 75, 60, 22.712745482631},    // B
    {150000, 15, 75, 110, 28.973605592845},  // C
}};

}  // namespace moderato::workloads::nas::cg
