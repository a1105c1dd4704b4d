// SPDX-License-Identifier: Apache-2.0
#include "stats/noise.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

#include "stats/summary.hpp"

namespace moderato {
namespace {

/// MAD of normal values times this is their standard deviation: 1 / (0.75 quantile of the normal).
constexpr double mad_to_sd = 1.4826;

const double outlier_distance = std::log(1.25);

std::vector<double> distances(std::span<const double> values, double from) {
  std::vector<double> result;
  for (double value : values)
    result.push_back(std::abs(value - from));
  return result;
}

double share_above(std::span<const double> values, double limit) {
  const auto count = std::ranges::count_if(values, [&](double value) { return value > limit; });
  return static_cast<double>(count) / static_cast<double>(values.size());
}

}  // namespace

Noise noise_of(std::span<const double> log_ratios) {
  if (log_ratios.empty()) return {};
  const double deviation = median(distances(log_ratios, median(log_ratios)));
  const std::vector<double> sizes = distances(log_ratios, 0);
  return {.n = log_ratios.size(),
          .spread = mad_to_sd * deviation / std::numbers::sqrt2,
          .floor = quantile(sizes, 0.95),
          .outlier_rate = share_above(sizes, outlier_distance)};
}

double outlier_rate(std::span<const double> log_scores) {
  if (log_scores.empty()) return 0;
  return share_above(log_scores, median(log_scores) + outlier_distance);
}

}  // namespace moderato
