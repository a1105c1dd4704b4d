// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "policy/policy.hpp"
#include "tune/progress.hpp"
#include "tune/rounds.hpp"
#include "tune/study.hpp"

namespace moderato {

/// The search of a study: asks the policy's searcher for candidates, measures them in rounds with
/// the baseline and tells their scores, until it has nothing more to ask or the budget is spent.
Result<void> search(const Policy& policy, const std::vector<Candidate>& candidates, Study& study,
                    Rounds& rounds, Progress& progress);

}  // namespace moderato
