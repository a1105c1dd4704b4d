// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "search/benchmark/play.hpp"

namespace moderato::benchmark {

/// Of one searcher on one landscape: a play a seed.
struct Series {
  std::string searcher;
  std::string landscape;
  std::vector<Play> plays;
};

/// A figure with its bootstrap interval, 95 %, over seeds.
struct Estimate {
  double value = 0, low = 0, high = 0;
};

struct Figures {
  std::string searcher;
  std::string landscape;                      ///< "mean": of all landscapes, each counting the same
  std::vector<std::vector<Estimate>> within;  ///< [evaluations][tolerance]: share of the plays
  std::vector<Estimate> regret;  ///< [evaluations]: mean, as a factor above the optimum minus 1
  std::optional<int> n90;        ///< evaluations until 9 of 10 plays are within 2 %
  double suggest_ms = 0;         ///< mean of a suggestion, the answer to it included
  std::string ended;             ///< what a searcher said that ended early, if one did
};

/// After how many evaluations, and within how much of the optimum.
struct Questions {
  std::vector<int> evaluations{20, 30, 50};
  std::vector<double> tolerances{0.01, 0.02, 0.05};
};

/// One entry a landscape, and the mean last if there is more than one. `of_one` are the series of
/// one searcher.
std::vector<Figures> figures(const std::vector<Series>& of_one, const Questions& questions);

/// Share of the plays whose recommendation is within `tolerance` of the optimum.
double share_within(const std::vector<Play>& plays, int evaluations, double tolerance);

}  // namespace moderato::benchmark
