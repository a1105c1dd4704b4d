// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>

namespace moderato {

struct Interval {
  double low = 0, high = 0;
  double confidence = 0;  ///< really reached: order statistics come in steps
};

/// Distribution-free interval of the median: the k-th smallest and k-th largest value, which miss
/// the median with probability 2 P(Binomial(n, 1/2) < k); the largest k that reaches `confidence`
/// (n = 15: ranks 4 and 12, 96.5 %). Nothing where n is too small for any (n < 6 for 0.95).
/// Precondition: 0 < confidence < 1, values finite.
std::optional<Interval> median_interval(std::span<const double> values, double confidence = 0.95);

}  // namespace moderato
