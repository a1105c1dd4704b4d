// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>

namespace moderato {

struct Interval {
  double low = 0, high = 0;
  double confidence = 0;  ///< really reached: order statistics come in steps
};

/// Distribution-free interval of the median from order statistics (binomial). Nothing where n is
/// too small to reach `confidence` (n < 6 for 0.95).
std::optional<Interval> median_interval(std::span<const double> values, double confidence = 0.95);

}  // namespace moderato
