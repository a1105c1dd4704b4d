// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <string>
#include <vector>

#include "core/trial.hpp"
#include "search/searcher.hpp"
#include "space/space.hpp"

namespace moderato::benchmark {

/// How noisy a machine is in the state in which a landscape was, or is thought to be, measured.
enum class Load { moderate, saturated };

/// A search space with a known score for every point: what a searcher is held against. A value,
/// never changed once it is made.
struct Landscape {
  std::string name;
  std::string description;
  Space space;
  Settings baseline;
  std::vector<Settings> anchors;
  std::vector<Candidate> candidates;  ///< as enumerate() numbers them: 1, 2, ... without a gap
  std::vector<double> truth;          ///< log ratio to the baseline by candidate number; [0] is 0,
                                      ///< NaN: it always fails
  std::vector<std::vector<double>>
      residuals;  ///< by candidate number: what recorded rounds were
                  ///< above the truth; empty where nothing was recorded
  Load load = Load::moderate;
};

/// The least log ratio; at most 0, the baseline's own.
double optimum(const Landscape& landscape);

/// How much worse than the optimum a candidate is, as a log ratio; infinite if it always fails.
double regret(const Landscape& landscape, int number);

/// Without anchors the searcher starts cold.
SearchTask task_for(const Landscape& landscape, bool with_anchors, std::uint64_t seed);

/// A whole candidate from an anchor: what it does not name is the baseline's.
Settings completed(const Settings& anchor, const Settings& baseline);

}  // namespace moderato::benchmark
