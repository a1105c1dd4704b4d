// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <vector>

#include "core/trial.hpp"
#include "policy/policy.hpp"
#include "profile/profile.hpp"
#include "tune/records.hpp"

namespace moderato {

// Whether candidates keep the constraints of a policy. Pure. Everything is taken within rounds, as
// the score is.

/// What a policy demands beside its objective.
struct Limits {
  std::vector<MetricConstraint> constraints;
  double alpha = 0.05;     ///< of the one-sided test in the confirmation
  std::uint64_t seed = 1;  ///< of relabellings
};
Limits limits_of(const Policy& policy, std::uint64_t seed);

/// By how much a candidate of the search is beyond a constraint.
struct Violation {
  MetricConstraint constraint;
  double ratio = 1;   ///< median over its rounds
  double beyond = 0;  ///< natural logarithm of how far that is beyond the constraint, above 0
};

/// The candidates of the search that violate a constraint by more than noise explains, each with
/// the one that it violates most: its median over n rounds (of an even number the milder one of the
/// two in the middle) is beyond it by more than two single trials of the same settings differ in
/// that metric (Repeatability::limit, from calibration, probe and search), times the standard error
/// of a median, 1.2533 / sqrt(n), which is at most 1. A single round proves a violation only beyond
/// `largest_outlier`.
std::map<int, Violation> violations(const Records& records, const Limits& limits);

/// One finding a constraint, from the confirmation rounds of a finalist: figures from all of them,
/// the test from the first `rounds`, or as many as there are. The one-sided test is that of aligned
/// ranks within rounds, with the baseline moved by the constraint. A violation is called at alpha
/// for each constraint by itself: a correction for their number would call fewer.
std::vector<ConstraintFinding> constraint_findings(const Records& records, int finalist,
                                                   std::span<const Candidate> finalists, int rounds,
                                                   const Limits& limits);

/// Whether any of these is violated.
bool violates_any(const Records& records, int finalist, std::span<const Candidate> finalists,
                  int rounds, const Limits& limits);

}  // namespace moderato
