// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "core/trial.hpp"

namespace moderato {

/// What was on record when a round of a phase began. A study records in the order in which it runs,
/// so this is the beginning of the journal; a study that is resumed looks at no more than it did
/// the first time.
std::span<const Trial> before_round(std::span<const Trial> trials, Phase phase, int round);

/// The complete trials, to be found by their keys; of a key that was recorded several times the
/// last record counts. It refers to the trials, which have to outlive it.
class Records {
 public:
  explicit Records(std::span<const Trial> trials);

  /// nullptr if there is none.
  const Trial* find(const TrialKey& key) const;

  /// log(candidate / baseline) of the score in each round in which both are complete.
  std::vector<double> log_ratios(Phase phase, int candidate) const;
  std::vector<double> log_scores(Phase phase, int candidate) const;
  /// log(candidate / baseline) of one of Trial::figures, where both have it.
  std::vector<double> log_ratios(Phase phase, int candidate, const std::string& figure) const;
  /// log(second / first baseline) of each round of the calibration, likewise.
  std::vector<double> calibration_ratios(const std::string& figure) const;

  /// That have complete trials in the phase, without the baseline, ascending.
  std::vector<int> candidates(Phase phase) const;
  /// Rounds in which the candidate and the baseline are complete, ascending.
  std::vector<int> paired_rounds(Phase phase, int candidate) const;

 private:
  /// Of two trials with that figure.
  std::optional<double> log_ratio(const TrialKey& one, const TrialKey& to,
                                  const std::string& figure) const;
  std::map<TrialKey, const Trial*> complete_;
  std::map<std::pair<Phase, int>, std::vector<int>> rounds_;  ///< by candidate, ascending
};

}  // namespace moderato
