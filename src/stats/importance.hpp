// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/knob.hpp"

namespace moderato {

/// How much of what the search saw goes back to one knob.
struct KnobImportance {
  std::string knob;
  /// By the model: 1 / length scale^2, as a share of all knobs' (automatic relevance determination;
  /// Rasmussen & Williams, Gaussian Processes for Machine Learning, 2006, 5.1). Nothing for a knob
  /// that is a mode on or off, which has no length, and without a model.
  std::optional<double> relevance;
  double explained = 0;  ///< by the data: explained_share() of the candidates' scores by its values
};

/// What the model of the search expected of settings before they were confirmed.
struct Expectation {
  Settings settings;
  double log_ratio = 0;  ///< of the score to the baseline's
  double sd = 0;         ///< how sure the model was of that
};

/// Share of the variance of the ranks of all values that lies between the groups (eta squared), 0
/// to 1; ranks, so that one terrible setting does not count for all. Of fewer than two groups or
/// equal values 0. Where a search has not measured all combinations, knobs share what they explain.
/// Precondition: finite.
double explained_share(std::span<const std::vector<double>> groups);

}  // namespace moderato
