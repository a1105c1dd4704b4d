// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>

namespace moderato {

/// Throws std::invalid_argument that names `function` unless every value is finite. A NaN has no
/// place in an order, and a statistic made of one would look like any other number.
void require_finite(std::span<const double> values, const char* function);

}  // namespace moderato
