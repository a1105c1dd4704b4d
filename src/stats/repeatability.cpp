// SPDX-License-Identifier: Apache-2.0
#include "stats/repeatability.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "stats/summary.hpp"

namespace moderato {
namespace {

constexpr double quartile_to_sd = 3.1388;  ///< 1 / (lower quartile of a |standard normal| value)
constexpr double normal_quantile = 1.96;   ///< 95 % within, two-sided

}  // namespace

Repeatability repeatability_of(std::span<const double> calibration,
                               std::span<const std::vector<double>> repeated) {
  Repeatability result{.n = calibration.size()};
  std::vector<double> distances;
  for (double difference : calibration)
    distances.push_back(std::abs(difference));
  for (const std::vector<double>& ratios : repeated) {
    if (!ratios.empty()) result.n += ratios.size() - 1;
    for (std::size_t i = 0; i < ratios.size(); ++i)
      for (std::size_t k = 0; k < i; ++k)
        distances.push_back(std::abs(ratios[i] - ratios[k]) / std::numbers::sqrt2);
  }
  if (!distances.empty()) result.sd = quartile_to_sd * quantile(distances, 0.25);
  result.limit = std::max(normal_quantile * result.sd, negligible);
  return result;
}

}  // namespace moderato
