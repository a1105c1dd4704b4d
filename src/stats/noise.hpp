// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>

namespace moderato {

/// What an A/A calibration tells: log ratios of the baseline against itself in the same round.
struct Noise {
  std::size_t n = 0;
  double spread = 0;        ///< robust standard deviation of one score: 1.4826 MAD / sqrt(2)
  double floor = 0;         ///< 95th percentile of these n |log ratios| (type 7); of 5 it holds
                            ///< about 82 % of further ones
  double outlier_rate = 0;  ///< share of |log ratios| above ln 1.25
};

/// Of no log ratios: all 0. Precondition: finite.
Noise noise_of(std::span<const double> log_ratios);

/// Share of `scores` more than 25 % above their median (log scores); 0 of none. Precondition:
/// finite.
double outlier_rate(std::span<const double> log_scores);

}  // namespace moderato
