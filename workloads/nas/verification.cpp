// SPDX-License-Identifier: Apache-2.0
#include "nas/verification.hpp"

#include <fmt/format.h>

#include <cmath>

#include "common/failure.hpp"

namespace moderato::workloads::nas {
namespace {

std::string describe(const Check& check) {
  return fmt::format("{} is {:.15g}, expected {:.15g}: relative error {:.3g}, tolerance {:.3g}",
                     check.quantity, check.got, check.expected, relative_error(check),
                     check.tolerance);
}

}  // namespace

double relative_error(const Check& check) {
  const double error = std::abs(check.got - check.expected);
  return check.expected == 0 ? error : error / std::abs(check.expected);
}

bool holds(const Check& check) {
  return relative_error(check) <= check.tolerance;  // false for NaN
}

void require_verified(const std::string& benchmark, const Checks& checks) {
  std::string faults;
  for (const Check& check : checks)
    if (!holds(check)) faults += "; " + describe(check);
  if (!faults.empty()) throw Failure(benchmark + ": verification failed" + faults);
}

}  // namespace moderato::workloads::nas
