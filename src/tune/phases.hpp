// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "policy/policy.hpp"
#include "tune/rounds.hpp"

namespace moderato {

/// Everything that a study measures: calibration, probe, search, confirmation. `candidates`: those
/// of the policy's space that differ, for these devices. What is measured next depends on nothing
/// but the header and the trials on record, whoever measures: a study whose trials are simulated
/// takes the same course. An error of `measure` ends it.
Result<void> run_phases(const Policy& policy, const std::vector<Candidate>& candidates,
                        Study& study, const Measure& measure, Progress& progress);

}  // namespace moderato
