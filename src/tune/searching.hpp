// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "policy/policy.hpp"
#include "tune/analysis.hpp"
#include "tune/progress.hpp"
#include "tune/rounds.hpp"
#include "tune/study.hpp"

namespace moderato {

/// What the searcher is told of a candidate: the logarithm of its median ratio, NaN where it has
/// none. One that violates a constraint counts as worse than the baseline by as much as it violates
/// it, so that the search turns away from where it is.
double told_ratio(const Standing& standing);

/// The search of a study: asks the policy's searcher for candidates, measures them in rounds with
/// the baseline and tells their scores, until it has nothing more to ask or the budget is spent.
Result<void> search(const Policy& policy, const std::vector<Candidate>& candidates, Study& study,
                    Rounds& rounds, Progress& progress);

}  // namespace moderato
