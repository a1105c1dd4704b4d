// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "core/trial.hpp"

namespace moderato {

/// Where a study stands.
struct Position {
  Phase phase = Phase::calibrate;
  int round = 0, rounds = 0;  ///< of the phase, from 1
  int done = 0, planned = 0;  ///< trials of the whole study; planned shrinks as candidates drop out
  double seconds_left = 0;    ///< from the mean duration of the trials so far
};

/// Hears what a study does, while it does it. The command line prints it; tests record it.
class Progress {
 public:
  virtual ~Progress() = default;
  virtual void note(const std::string& text) = 0;
  virtual void trial_done(const Position& position, const Trial& trial, bool from_journal) = 0;
};

}  // namespace moderato
