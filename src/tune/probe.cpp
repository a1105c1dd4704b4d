// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <set>

#include "search/probing.hpp"
#include "tune/findings.hpp"

namespace moderato {
namespace {

/// What was known when the probe ended, so that a resumed study comes to the same.
std::vector<Trial> before_the_search(const std::vector<Trial>& trials) {
  std::vector<Trial> result;
  std::ranges::copy_if(trials, std::back_inserter(result), [](const Trial& trial) {
    return trial.key.phase == Phase::calibrate || trial.key.phase == Phase::probe;
  });
  return result;
}

}  // namespace

std::vector<Candidate> probing_of(const Policy& policy, const StudyHeader& header,
                                  const std::vector<Candidate>& candidates) {
  if (policy.space.parameters.size() < 2 || policy.plan.probe_rounds == 0) return {};
  auto probing = probing_candidates(policy.space, common_baseline(header).value_or(Settings{}),
                                    candidates, probing_contexts, header.seed);
  const bool pays = probing_pays(policy.plan, static_cast<int>(candidates.size()),
                                 static_cast<int>(probing.size()));
  return pays ? std::move(probing) : std::vector<Candidate>{};
}

Responses probed(const Policy& policy, const StudyHeader& header,
                 const std::vector<Candidate>& probing, const std::vector<Trial>& trials) {
  if (probing.empty() || !had_all_rounds(Phase::probe, policy.plan.probe_rounds, probing, trials))
    return {};
  return responses_from(policy, header, before_the_search(trials));
}

std::vector<Candidate> left_to_search(const std::vector<Candidate>& candidates,
                                      const std::vector<KnobResponse>& inert,
                                      const StudyHeader& header) {
  if (inert.empty()) return candidates;
  std::set<std::string> knobs;
  for (const KnobResponse& response : inert)
    knobs.insert(response.knob);
  return without_inert(candidates, knobs, common_baseline(header).value_or(Settings{}));
}

}  // namespace moderato
