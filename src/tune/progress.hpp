// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "core/trial.hpp"

namespace moderato {

/// The best settings so far. What the search has seen is no result yet.
struct Incumbent {
  Settings settings;
  int rounds = 0;
  double ratio_median = 1;               ///< of the score to the baseline's
  double ratio_low = 1, ratio_high = 1;  ///< 95 % interval; of fewer than 6 rounds all of them
};

/// Where a study stands.
struct Position {
  Phase phase = Phase::calibrate;
  int round = 0, rounds = 0;  ///< of the phase, from 1
  int done = 0, planned = 0;  ///< trials of the whole study; planned shrinks as candidates drop out
  double seconds_left = 0;    ///< from the mean duration of the trials so far
  bool at_most = false;       ///< the search may end before what is planned, and before its time
  std::optional<Incumbent> incumbent;   ///< nothing: the baseline
  std::optional<double> expected_gain;  ///< of a further candidate, log ratio; only in a search
};

/// Hears what a study does, while it does it. The command line prints it; tests record it.
class Progress {
 public:
  virtual ~Progress() = default;
  virtual void note(const std::string& text) = 0;
  virtual void trial_done(const Position& position, const Trial& trial, bool from_journal) = 0;
};

}  // namespace moderato
