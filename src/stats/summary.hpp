// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>

#include "core/samples.hpp"

namespace moderato {

/// Fewest samples for which a distribution-free 95 % interval of the p99.9 exists.
inline constexpr std::size_t min_samples_p999 = 3688;

/// All figures of `values`; of an empty span all are 0 with n = 0. Moments with Boost.Accumulators,
/// quantiles exact (type 7, linear between order statistics).
Summary summarize(std::span<const double> values);

/// Type-7 quantile of unsorted values, 0 <= q <= 1. Precondition: not empty.
double quantile(std::span<const double> values, double q);

double median(std::span<const double> values);

/// Geometric mean of positive values.
double geometric_mean(std::span<const double> values);

}  // namespace moderato
