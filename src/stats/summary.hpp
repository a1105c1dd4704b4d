// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>

#include "core/samples.hpp"

namespace moderato {

// Precondition of everything in stats: all values are finite. A NaN or an infinity is a defect of
// the caller (a latency of 0 whose logarithm was taken) and throws std::invalid_argument, as do the
// other preconditions named below: no figure is better than a wrong one.

/// Fewest samples for which a distribution-free 95 % interval of the p99.9 exists.
inline constexpr std::size_t min_samples_p999 = 3688;

/// All figures of `values`; of an empty span all are 0 with n = 0. Moments with Boost.Accumulators
/// (sd: of the sample, divided by n - 1; 0 for one value), quantiles exact (type 7, linear between
/// order statistics).
Summary summarize(std::span<const double> values);

/// Quantile of unsorted values, 0 <= q <= 1: type 7 of Hyndman & Fan (Sample Quantiles in
/// Statistical Packages, 1996), the default of R. Precondition: not empty.
double quantile(std::span<const double> values, double q);

/// Precondition: not empty.
double median(std::span<const double> values);

/// Geometric mean. Precondition: not empty, all values positive.
double geometric_mean(std::span<const double> values);

/// The same with a weight for each value: exp(sum of w log v / sum of w). Precondition: as many
/// weights as values, all positive.
double geometric_mean(std::span<const double> values, std::span<const double> weights);

}  // namespace moderato
