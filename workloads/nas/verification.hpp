// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace moderato::workloads::nas {

/// A result beside its published value.
struct Check {
  std::string quantity;  ///< lower-case words joined by '_', "zeta": also the name of its counter
  double got = 0;
  double expected = 0;
  double tolerance = 0;  ///< of the relative error; 0: exactly
};

using Checks = std::vector<Check>;

/// |got - expected| / |expected|; the absolute error where 0 is expected.
double relative_error(const Check& check);

/// Whether the relative error is within the tolerance. What is not a number never is.
bool holds(const Check& check);

/// Throws Failure, which tells of each check of `benchmark` ("CG class S") that does not hold what
/// was got, what was expected, the relative error and the tolerance.
void require_verified(const std::string& benchmark, const Checks& checks);

}  // namespace moderato::workloads::nas
