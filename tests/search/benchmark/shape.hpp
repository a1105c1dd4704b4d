// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "search/benchmark/landscape.hpp"

namespace moderato::benchmark {

/// Of the candidates whose `mode` has one value; or of all.
struct BranchShape {
  std::size_t candidates = 0;
  double best = 0, median = 0, worst = 0;  ///< regret, log ratios; of those that do not fail
};

/// What makes a landscape easy or hard.
struct Shape {
  Candidate best;       ///< the first one of the optimum; 0: the baseline
  double gain = 0;      ///< log ratio of the optimum to the baseline, at most 0
  double within_2 = 0;  ///< share of the candidates within 2 % of the optimum
  double within_10 = 0;
  BranchShape all, mode_on, mode_off;  ///< the last two are empty where no knob is a mode
  std::vector<double> anchors;  ///< regret of each anchor that is a candidate or the baseline
};

/// The mode is the first knob of a fixed_unless_zero or fixed_if_zero constraint; empty: none.
std::string mode_of(const Space& space);

Shape shape_of(const Landscape& landscape);

/// Some lines for people.
std::string describe(const Landscape& landscape);

}  // namespace moderato::benchmark
