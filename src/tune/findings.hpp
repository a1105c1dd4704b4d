// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <vector>

#include "core/trial.hpp"
#include "policy/policy.hpp"
#include "profile/profile.hpp"
#include "stats/importance.hpp"
#include "stats/pareto.hpp"
#include "tune/analysis.hpp"
#include "tune/responses.hpp"
#include "tune/study.hpp"

namespace moderato {

/// Everything that a study's records say, worked out anew from them.
struct Findings {
  Policy policy;
  std::vector<Candidate> candidates;  ///< to be searched, without the baseline
  Responses probe;                    ///< what it said, once it was finished
  std::vector<KnobResponse> dropped;  ///< knobs that it has shown to be inert
  Noise noise;
  std::optional<RankingVerdict> ranking;  ///< of a study that asks about one
  std::vector<Standing> search;
  std::vector<Candidate> confirmed;  ///< the finalists; of a ranking that stands its contenders
  std::vector<Comparison> finalists;
  std::vector<TradeOff> pareto;            ///< what nothing measured beats in all figures at once
  std::vector<KnobImportance> importance;  ///< in the order of the space; empty of an early study
  std::optional<Expectation> expected;     ///< of the best finalist, by the model of the search
  bool finished = false;                   ///< the confirmation is complete
  std::string nothing_compared;  ///< why, where the search is over and no candidate was compared
                                 ///< with the baseline; else empty. Such a study is not finished
  std::optional<std::size_t> chosen;       ///< of the finalists; none: the baseline stays
  Profile profile;                         ///< only of a finished study
  Repeatability repeatability;
  Responses responses;  ///< which knobs do anything, and to whom; only of a finished study
};

/// Whether that is all: the ranking that the study asks about stands, and nothing is searched.
inline bool stands(const Findings& findings) {
  return findings.ranking && findings.ranking->over && findings.ranking->stands;
}

/// What the records of a study say, also of one that is not finished.
Result<Findings> findings_of(const StudyHeader& header, const std::vector<Trial>& trials);

/// The policy, checked against the catalogue of knobs.
Result<Policy> policy_of(const std::string& text, const std::string& source);

/// The space without the optional parameters that some endpoint's device does not have.
Space applicable(Space space, const std::vector<StudyEndpoint>& endpoints);

/// What agents have to guard and write.
std::vector<std::string> device_knobs_of(const Space& space);

/// What the space allows, without the baseline. Endpoints that start from different settings have
/// no common baseline to leave out.
std::vector<Candidate> all_candidates_of(const Space& space, const StudyHeader& header);
/// Of these the candidates of a study: those that are not the same to the driver.
std::vector<Candidate> candidates_of(const Space& space, const StudyHeader& header);

/// The candidates with which the knobs are probed before the search; none where the search itself
/// takes no more trials.
std::vector<Candidate> probing_of(const Policy& policy, const StudyHeader& header,
                                  const std::vector<Candidate>& candidates);

/// What a finished probe says of the knobs; nothing of an unfinished one.
Responses probed(const Policy& policy, const StudyHeader& header,
                 const std::vector<Candidate>& probing, const std::vector<Trial>& trials);

/// Whether `phase` has come to its end: the baseline and all candidates were measured in its last
/// round, but for those that failed too often.
bool had_all_rounds(Phase phase, int rounds, const std::vector<Candidate>& candidates,
                    const std::vector<Trial>& trials);

/// The candidates that differ in more than those knobs.
std::vector<Candidate> left_to_search(const std::vector<Candidate>& candidates,
                                      const std::vector<KnobResponse>& inert,
                                      const StudyHeader& header);

/// Wall time of all trials, those of earlier sessions included.
double seconds_spent(std::span<const Trial> trials);

}  // namespace moderato
