// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "core/trial.hpp"
#include "policy/policy.hpp"
#include "profile/profile.hpp"
#include "tune/analysis.hpp"
#include "tune/responses.hpp"
#include "tune/study.hpp"

namespace moderato {

/// Everything that a study's records say, worked out anew from them.
struct Findings {
  Policy policy;
  std::vector<Candidate> candidates;  ///< without the baseline
  Noise noise;
  std::vector<Standing> search;
  std::vector<Comparison> finalists;
  bool finished = false;  ///< the confirmation is complete
  Profile profile;        ///< only of a finished study
  Repeatability repeatability;
  std::vector<KnobResponse> knobs;  ///< whether each does anything; only of a finished study
};

/// What the records of a study say, also of one that is not finished.
Result<Findings> findings_of(const StudyHeader& header, const std::vector<Trial>& trials);

/// The policy, checked against the catalogue of knobs.
Result<Policy> policy_of(const std::string& text, const std::string& source);

/// The candidates of a study, without the baseline. Endpoints that start from different settings
/// have no common baseline to leave out.
std::vector<Candidate> candidates_of(const Space& space, const StudyHeader& header);

/// Wall time of all trials, those of earlier sessions included.
double seconds_spent(const std::vector<Trial>& trials);

}  // namespace moderato
