// SPDX-License-Identifier: Apache-2.0
#include "tune/findings.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <tuple>

#include "knobs/catalogue.hpp"
#include "tune/allocation.hpp"
#include "tune/dropping.hpp"
#include "tune/explaining.hpp"
#include "tune/limits.hpp"
#include "tune/pareto.hpp"
#include "tune/records.hpp"
#include "workload/process_knobs.hpp"

namespace moderato {
namespace {

/// Of the search.
std::optional<int> first_round_of(int candidate, const std::vector<Trial>& trials) {
  const auto first = std::ranges::find_if(trials, [&](const Trial& trial) {
    return trial.key.phase == Phase::search && trial.key.candidate == candidate;
  });
  return first == trials.end() ? std::nullopt : std::optional(first->key.round);
}

/// What was asked for had its rounds: all candidates, or those that the searcher or the budget of a
/// search that has ended left.
bool searched(const Findings& findings, const StudyHeader& header, const std::vector<Trial>& trials,
              const Limits& limits) {
  if (!had_all_rounds(Phase::calibrate, findings.policy.plan.calibration_rounds, {}, trials))
    return false;
  std::map<int, std::vector<Candidate>> batches;  // by first round
  for (const Candidate& candidate : findings.candidates) {
    const auto first = first_round_of(candidate.number, trials);
    if (!first && header.search_ended) continue;
    if (!first) return false;
    batches[*first].push_back(candidate);
  }
  return std::ranges::all_of(batches, [&](const auto& batch) {
    return batch_is_complete(batch.second, trials, batch.first, findings.policy.plan.search_rounds,
                             limits);
  });
}

/// Of a search that is over; empty: some candidate was, or there was none.
std::string why_nothing_compared(const std::vector<Standing>& standings) {
  const auto compared = [](const Standing& standing) { return standing.rounds > 0; };
  if (standings.empty() || std::ranges::any_of(standings, compared)) return {};
  const auto failed = std::ranges::find_if(
      standings, [](const Standing& standing) { return !standing.reason.empty(); });
  if (failed == standings.end()) return "the search ended before any was measured";
  return "no round has complete trials of a candidate and of the baseline; one says: " +
         failed->reason;
}

/// Whatever is written to the knob, the devices make the same of it.
bool one_for_all(const Parameter& parameter, const StudyHeader& header) {
  const auto& equal = header.equal_values;
  return std::ranges::any_of(equal, [&](const EqualValue& one) {
    return one.knob == parameter.knob &&
           std::ranges::all_of(parameter.values, [&](std::int64_t value) {
             return value == one.same_as ||
                    std::ranges::find(equal, EqualValue{one.knob, value, one.same_as}) !=
                        equal.end();
           });
  });
}

/// A knob that was dropped was not measured any more; what the probe said of it stands.
void keep_probe(const Findings& findings, Responses& responses) {
  const Responses& probe = findings.probe;
  const auto dropped = [&](const std::string& knob) {
    return std::ranges::find(findings.dropped, knob, &KnobResponse::knob) != findings.dropped.end();
  };
  for (KnobResponse& now : responses.knobs)
    if (dropped(now.knob)) now = *std::ranges::find(probe.knobs, now.knob, &KnobResponse::knob);
  for (WorkloadResponse& now : responses.workloads) {
    const auto then = std::ranges::find_if(probe.workloads, [&](const WorkloadResponse& one) {
      return one.workload == now.workload && one.response.knob == now.response.knob;
    });
    if (dropped(now.response.knob) && then != probe.workloads.end()) now = *then;
  }
}

/// A knob whose values are all the same to the driver has nothing to reach anybody with.
void without_values_inert(const Space& space, const StudyHeader& header, Responses& responses) {
  for (const Parameter& parameter : space.parameters) {
    if (!one_for_all(parameter, header)) continue;
    for (KnobResponse& knob : responses.knobs)
      if (knob.knob == parameter.knob) knob.finding = Finding::inert;
    for (WorkloadResponse& workload : responses.workloads)
      if (workload.response.knob == parameter.knob) workload.response.finding = Finding::inert;
  }
}

Responses final_responses(const StudyHeader& header, const std::vector<Trial>& trials,
                          const Findings& findings) {
  Responses responses = responses_from(findings.policy, header, trials);
  keep_probe(findings, responses);
  without_values_inert(findings.policy.space, header, responses);
  const auto baseline = common_baseline(header);
  if (!baseline) return responses;
  for (const Comparison& finalist : findings.finalists)
    if (finalist.p_holm <= findings.policy.alpha)
      doubt_inertness(responses.knobs, *baseline, finalist.settings);
  if (const auto best = winner(findings.finalists, findings.policy.alpha))
    credit_winner(responses.knobs, *baseline, findings.finalists[*best].settings);
  return responses;
}

/// What the devices read back of the winner, not what was asked for: a driver may have rounded.
Settings effective_settings(const std::vector<Trial>& trials, const Settings& asked) {
  for (const Trial& trial : trials) {
    const bool found = trial.key.phase == Phase::confirm && trial.key.candidate != 0 &&
                       trial.settings == asked && trial.state == TrialState::complete;
    if (found && !trial.effective.empty()) return trial.effective.begin()->second;
  }
  return device_part(asked);
}

/// Of a ranking that stands, the old winner, even where another contender looks as good.
std::optional<std::size_t> chosen_of(const StudyHeader& header, const Findings& findings) {
  if (!stands(findings)) return winner(findings.finalists, findings.policy.alpha);
  const auto won =
      std::ranges::find(findings.finalists, header.since->winner, &Comparison::settings);
  if (won == findings.finalists.end()) return std::nullopt;
  return static_cast<std::size_t>(won - findings.finalists.begin());
}

int measured(const std::vector<Standing>& standings) {
  return static_cast<int>(std::ranges::count_if(standings, [](const Standing& standing) {
    return standing.rounds > 0 || standing.failed > 0;
  }));
}

Profile conclude(const StudyHeader& header, const std::vector<Trial>& trials,
                 const Findings& findings) {
  const StudyEndpoint& end = header.endpoints.front();
  const Policy& policy = findings.policy;
  Profile profile;
  profile.name = policy.name;
  profile.workload_class = policy.workload_class;
  profile.match = match_for(end.device());
  profile.fingerprint = fingerprint_of(end.device(), end.found.kernel);
  profile.evidence = {.policy = policy.name,
                      .objective = std::string(name_of(policy.objective)),
                      .study = header.name,
                      .created = trials.empty() ? header.created : trials.back().started,
                      .noise_floor = std::expm1(findings.noise.floor),
                      .alpha = policy.alpha,
                      .candidates = stands(findings) ? static_cast<int>(findings.confirmed.size())
                                                     : measured(findings.search),
                      .baseline_settings = common_baseline(header).value_or(Settings{}),
                      .baseline = typical_summaries(trials, 0),
                      .comparisons = findings.finalists};
  const auto& best = findings.chosen;
  profile.outcome = best ? Outcome::improved : Outcome::baseline_is_best;
  const Settings chosen = best ? findings.finalists[*best].settings : baseline_settings(header);
  profile.settings = best ? effective_settings(trials, chosen) : device_part(chosen);
  profile.process = process_part(chosen);
  return profile;
}

/// Nothing was searched, and nothing has to be: no knob was asked whether it does anything.
void take_ranking(Findings& findings, const OldRanking& ranking) {
  findings.confirmed = ranking.contenders;
  findings.finalists = findings.ranking->comparisons;
  findings.finished = true;
}

void take_finalists(Findings& findings, const StudyHeader& header, const std::vector<Trial>& trials,
                    const Limits& limits) {
  const MeasurementPlan& plan = findings.policy.plan;
  findings.confirmed = choose_finalists(findings.search, plan.finalists);
  findings.finalists =
      compare(findings.confirmed, trials, {plan.confirm_rounds, header.seed, limits});
  if (!findings.confirmed.empty()) {
    findings.finished = confirmation_is_over(findings.confirmed, trials, plan, limits);
  } else if (searched(findings, header, trials, limits)) {
    findings.nothing_compared = why_nothing_compared(findings.search);
    findings.finished = findings.nothing_compared.empty();
  }
}

}  // namespace

bool had_all_rounds(Phase phase, int rounds, const std::vector<Candidate>& candidates,
                    const std::vector<Trial>& trials) {
  const auto measured = [&](int number) {
    return std::ranges::any_of(trials, [&](const Trial& trial) {
      return trial.key.phase == phase && trial.key.candidate == number &&
             trial.key.round == rounds - 1;
    });
  };
  if (!measured(0)) return false;
  return std::ranges::all_of(candidates, [&](const Candidate& candidate) {
    const auto failures = std::ranges::count_if(trials, [&](const Trial& trial) {
      return trial.key.phase == phase && trial.key.candidate == candidate.number &&
             trial.state == TrialState::failed;
    });
    return measured(candidate.number) || failures > 1;
  });
}

Result<Policy> policy_of(const std::string& text, const std::string& source) {
  std::map<std::string, KnobRange> known;
  for (const Knob& knob : catalogue())
    known[std::string(knob.id)] = {knob.min, knob.max};
  for (const ProcessKnob& knob : process_knobs())
    known[std::string(knob.id)] = {knob.min, knob.max};
  return parse_policy(text, source, known);
}

Space applicable(Space space, const std::vector<StudyEndpoint>& endpoints) {
  const auto everywhere = [&](const std::string& knob) {
    return std::ranges::all_of(endpoints, [&](const StudyEndpoint& end) {
      const auto& states = end.device().knobs;
      const auto state = std::ranges::find(states, knob, &KnobState::knob);
      return state != states.end() && state->supported();
    });
  };
  std::erase_if(space.parameters, [&](const Parameter& parameter) {
    const bool of_devices = find_process_knob(parameter.knob) == nullptr;
    return parameter.optional && of_devices && !everywhere(parameter.knob);
  });
  return space;
}

std::vector<std::string> device_knobs_of(const Space& space) {
  std::vector<std::string> knobs;
  for (const Parameter& parameter : space.parameters) {
    if (find_process_knob(parameter.knob) == nullptr) knobs.push_back(parameter.knob);
  }
  return knobs;
}

std::vector<Candidate> all_candidates_of(const Space& space, const StudyHeader& header) {
  return enumerate(space, common_baseline(header).value_or(Settings{}));
}

std::vector<Candidate> candidates_of(const Space& space, const StudyHeader& header) {
  return merged(all_candidates_of(space, header), header.equal_values,
                common_baseline(header).value_or(Settings{}));
}

double seconds_spent(std::span<const Trial> trials) {
  double seconds = 0;
  for (const Trial& trial : trials)
    seconds += trial.seconds;
  return seconds;
}

Result<Findings> findings_of(const StudyHeader& header, const std::vector<Trial>& trials) {
  auto policy = policy_of(header.policy_text, header.policy_source);
  if (!policy) return fail(policy);
  Findings findings{.policy = std::move(*policy)};
  findings.policy.space = applicable(std::move(findings.policy.space), header.endpoints);
  const auto all = candidates_of(findings.policy.space, header);
  findings.probe =
      probed(findings.policy, header, probing_of(findings.policy, header, all), trials);
  findings.dropped = inert_in(findings.probe, findings.policy.alpha);
  findings.candidates = left_to_search(all, findings.dropped, header);
  findings.noise = noise_from(trials);
  const Limits limits = limits_of(findings.policy, header.seed);
  findings.search = standings(findings.candidates, before_round(trials, Phase::confirm, 0), limits);
  if (header.since) findings.ranking = judge(*header.since, trials, findings.policy, header.seed);
  if (stands(findings))
    take_ranking(findings, *header.since);
  else
    take_finalists(findings, header, trials, limits);
  std::ranges::stable_sort(findings.finalists, {}, [](const Comparison& c) {
    // What cannot be chosen comes last.
    return std::tuple(c.violates(), c.tested_rounds == 0, c.ratio_median);
  });
  findings.repeatability = repeatability_from(trials);
  findings.pareto = trade_offs(findings.policy, baseline_settings(header), trials);
  explain(header, findings);
  if (!findings.finished) return findings;
  findings.chosen = chosen_of(header, findings);
  findings.profile =
      conclude(header, stands(findings) ? as_confirmation(trials) : trials, findings);
  if (!stands(findings)) findings.responses = final_responses(header, trials, findings);
  return findings;
}

}  // namespace moderato
