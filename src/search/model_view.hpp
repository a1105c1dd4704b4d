// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>

#include "search/searcher.hpp"

namespace moderato {

/// A candidate and what was measured of it.
struct Told {
  Candidate candidate;
  Score score;
};

/// What the model of the Bayesian searcher makes of scores, whoever chose the candidates.
struct ModelView {
  /// Knob -> how far its values move what the model expects, all else being equal: a variance, in
  /// shares that sum to 1 (total effects; Sobol', Sensitivity Estimates for Nonlinear Mathematical
  /// Models, 1993). Knobs that are a mode on or off, or have one value, have none.
  std::map<std::string, double> relevance;
  double log_ratio = 0, sd = 0;  ///< what it believes of the candidate that was asked about
};

/// Of more than 100 scores the best half and a selection of the others count, as the model's time
/// grows with the cube. `task`: its candidates are taken from `told`. Nothing where there are fewer
/// than five scores, no knob has a length, or `about` is not among them.
std::optional<ModelView> model_view(SearchTask task, std::span<const Told> told, int about);

}  // namespace moderato
