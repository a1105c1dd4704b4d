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
  /// By the model: how far the knob's values move what it expects of a setting, all else being
  /// equal; a variance, as a share of all knobs' (total effects; Sobol', Sensitivity Estimates for
  /// Nonlinear Mathematical Models, 1993). Nothing for a knob that is a mode on or off, and without
  /// a model.
  std::optional<double> relevance;
  /// By the data: explained_share() of the candidates' scores by its values.
  std::optional<double> explained;
};

/// What the model of the search expected of settings before they were confirmed.
struct Expectation {
  Settings settings;
  double log_ratio = 0;  ///< of the score to the baseline's
  double sd = 0;         ///< how sure the model was of that
};

/// Share of the variance of the ranks of all values that lies between the groups, 0 to 1; ranks, so
/// that one terrible setting does not count for all. It is epsilon squared (Kelley, An Unbiased
/// Correlation Ratio Measure, 1935), at least 0: of k groups of N values that differ by chance
/// alone, (k - 1) / (N - 1) of the plain variance lies between the groups. Nothing where each group
/// has one value: that explains whatever there is. Of one group or equal values 0. Where a search
/// has not measured all combinations, knobs share what they explain. Precondition: finite.
std::optional<double> explained_share(std::span<const std::vector<double>> groups);

}  // namespace moderato
