// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <functional>

#include "search/searcher.hpp"

namespace moderato {

/// A space with a trap: adaptive on is fair everywhere, adaptive off is terrible but for a narrow
/// optimum at rx-usecs 8, rx-frames 16.
inline SearchTask trap(std::uint64_t seed) {
  SearchTask task;
  task.space = {{{"adaptive-rx", {1, 0}},
                 {"rx-usecs", {16, 0, 1, 2, 4, 8, 32, 64, 128, 256, 512, 1024}},
                 {"rx-frames", {88, 1, 2, 4, 8, 16, 32, 64, 128, 256}},
                 {"rx-usecs-high", {128, 16, 32, 64, 256, 512, 1024}}},
                {{Constraint::Kind::fixed_unless_zero, {"adaptive-rx", "rx-usecs", "rx-frames"}},
                 {Constraint::Kind::fixed_if_zero, {"adaptive-rx", "rx-usecs-high"}}}};
  task.baseline = {{"adaptive-rx", 1}, {"rx-usecs", 16}, {"rx-frames", 88}, {"rx-usecs-high", 128}};
  task.candidates = enumerate(task.space, task.baseline);
  task.seed = seed;
  return task;
}

/// How often a knob's value is twice `from`.
inline double octaves(const Settings& settings, const char* knob, double from) {
  const auto value = static_cast<double>(settings.at(knob));
  return std::log2((value + 0.25) / (from + 0.25));
}

inline double trap_score(const Settings& settings) {
  if (settings.at("adaptive-rx") != 0)
    return 0.02 * std::abs(octaves(settings, "rx-usecs-high", 128));
  const double away =
      std::hypot(octaves(settings, "rx-usecs", 8), octaves(settings, "rx-frames", 16));
  return -0.5 + 0.4 * away;
}

inline double best_of(Searcher& searcher, int evaluations, std::size_t batch = 1,
                      const std::function<double(const Settings&)>& score_of = trap_score) {
  double best = 0;
  for (int i = 0; i < evaluations;) {
    const auto asked = searcher.ask(batch);
    if (asked.empty()) break;
    for (const Candidate& candidate : asked) {
      const double score = score_of(candidate.settings);
      best = std::min(best, score);
      searcher.tell(candidate, {score});
      ++i;
    }
  }
  return best;
}

}  // namespace moderato
