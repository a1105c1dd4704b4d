// SPDX-License-Identifier: Apache-2.0
#include "search/benchmark/landscape.hpp"

#include <algorithm>
#include <limits>

namespace moderato::benchmark {

double optimum(const Landscape& landscape) {
  double best = 0;
  for (const double value : landscape.truth)
    if (value < best) best = value;  // false for NaN
  return best;
}

double regret(const Landscape& landscape, int number) {
  const double value = landscape.truth.at(static_cast<std::size_t>(number));
  if (std::isnan(value)) return std::numeric_limits<double>::infinity();
  return value - optimum(landscape);
}

SearchTask task_for(const Landscape& landscape, bool with_anchors, std::uint64_t seed) {
  return {.space = landscape.space,
          .baseline = landscape.baseline,
          .candidates = landscape.candidates,
          .anchors = with_anchors ? landscape.anchors : std::vector<Settings>{},
          .seed = seed,
          .spread = landscape.load == Load::saturated ? 0.045 : 0.015};
}

Settings completed(const Settings& anchor, const Settings& baseline) {
  Settings whole = anchor;
  whole.insert(baseline.begin(), baseline.end());
  return whole;
}

}  // namespace moderato::benchmark
