// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "core/trial.hpp"
#include "space/space.hpp"
#include "stats/repeatability.hpp"
#include "stats/response.hpp"

namespace moderato {

// Recorded trials, brought into the shape in which stats asks whether a knob does anything.

/// The calibration, and every candidate that was measured in several rounds of one phase.
Repeatability repeatability_from(std::span<const Trial> trials);

/// The complete trials of probe (as part of the search), search and confirmation, in blocks of one
/// round in which all knobs but one agree; one entry a parameter of the space, in its order.
/// Endpoints that start from different settings have no `baseline`, and its trials say nothing of
/// any value.
std::vector<KnobTrials> knob_trials(const Space& space, const std::optional<Settings>& baseline,
                                    std::span<const Trial> trials);

// The confirmation asks another question with another test; what it has proven comes first.

/// Of the knobs that settings change which differ significantly from the baseline none is inert for
/// sure.
void doubt_inertness(std::vector<KnobResponse>& knobs, const Settings& baseline,
                     const Settings& proven);

/// A knob moves the score if it is the only one that the winner changes.
void credit_winner(std::vector<KnobResponse>& knobs, const Settings& baseline,
                   const Settings& winner);

}  // namespace moderato
