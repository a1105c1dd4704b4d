// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "nas/cfd/equations.hpp"
#include "nas/verification.hpp"

namespace moderato::workloads::nas::cfd {

/// Adds a check of each component's norm, "QUANTITY_1" to "QUANTITY_5".
void add_checks(const std::string& quantity, const State& got, const State& expected,
                double tolerance, Checks& checks);

}  // namespace moderato::workloads::nas::cfd
