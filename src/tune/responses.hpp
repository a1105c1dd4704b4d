// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "core/trial.hpp"
#include "policy/policy.hpp"
#include "space/space.hpp"
#include "stats/repeatability.hpp"
#include "stats/response.hpp"
#include "tune/study.hpp"

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

/// The same as each workload saw it: `metric` of its own samples in the place of the score, for the
/// knobs that can reach it. Trials that lack a workload are left out for all of them.
std::vector<WorkloadTrials> workload_trials(const Policy& policy,
                                            const std::optional<Settings>& baseline,
                                            std::span<const Trial> trials,
                                            const std::vector<OutOfReach>& out_of_reach);

/// Whether the score follows each knob of the space, and which workloads do.
struct Responses {
  std::vector<KnobResponse> knobs;
  /// In the order of knobs and workloads. Empty in a study of one workload, whose figure is the
  /// score.
  std::vector<WorkloadResponse> workloads;
};
Responses responses_from(const Policy& policy, const StudyHeader& header,
                         std::span<const Trial> trials);

/// The knobs that do nothing at all: the score is inert, and no workload's test sees anything. As
/// for the score that is p before the correction over the knobs, here p_shared.
std::vector<KnobResponse> inert_in(const Responses& responses, double alpha);

/// A line for each knob of which score and workloads say different things: "rx-usecs reaches
/// udp-pingpong (128 against 2 changes p99 by +50.1 %, and any value by 53.0 % at most); does not
/// reach mpi-barrier (...)".
std::vector<std::string> describe_reach(const Responses& responses, Metric objective, double alpha);

/// "1 against 88 changes p99 by +0.1 %, and any value by 1.9 % at most"
std::string describe_effect(const KnobResponse& knob, Metric objective);

// The confirmation asks another question with another test; what it has proven comes first.

/// Of the knobs that settings change which differ significantly from the baseline none is inert for
/// sure.
void doubt_inertness(std::vector<KnobResponse>& knobs, const Settings& baseline,
                     const Settings& proven);

/// A knob moves the score if it is the only one that the winner changes.
void credit_winner(std::vector<KnobResponse>& knobs, const Settings& baseline,
                   const Settings& winner);

}  // namespace moderato
