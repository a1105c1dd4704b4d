// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>

#include "core/trial.hpp"

namespace moderato {

// How often what did not work is tried again. Pure.

/// Whether the trial is still to be measured: it was not, or what was recorded last of it was
/// disturbed by somebody, which is tried three times, or it is a failure of the baseline, without
/// which a round is worth nothing, and which is tried twice.
bool to_be_measured(std::span<const Trial> trials, const TrialKey& key);

/// How often the candidate has failed in the phase, from `first_round` on.
int failures(std::span<const Trial> trials, Phase phase, int candidate, int first_round = 0);

/// Whether the candidate has failed twice in the phase, from `first_round` on: it is not measured
/// again.
bool failed_too_often(std::span<const Trial> trials, Phase phase, int candidate,
                      int first_round = 0);

}  // namespace moderato
