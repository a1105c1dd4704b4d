// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "core/knob.hpp"

namespace moderato {

/// Settings that nothing measured beats in every figure.
struct TradeOff {
  int candidate = 0;  ///< 0: the baseline
  Settings settings;
  int rounds = 0;
  std::map<std::string, double> ratios;  ///< figure -> median ratio to the baseline of its round

  bool operator==(const TradeOff&) const = default;
};

/// Indices of the points that no other one dominates: none is at most as large in every figure and
/// smaller in one. Smaller is better. Of equal points all are in. Precondition: finite, and all
/// points have as many figures.
std::vector<std::size_t> pareto_set(std::span<const std::vector<double>> points);

}  // namespace moderato
