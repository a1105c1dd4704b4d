// SPDX-License-Identifier: Apache-2.0
#include "tune/tune.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/version.hpp"
#include "tune/earlier.hpp"
#include "tune/equal_values.hpp"
#include "tune/limits.hpp"
#include "tune/measure.hpp"
#include "tune/phases.hpp"
#include "tune/records.hpp"
#include "tune/rounds.hpp"
#include "tune/searching.hpp"
#include "tune/since.hpp"
#include "workload/process_knobs.hpp"

namespace moderato {
namespace {

Candidate baseline_of(const StudyHeader& header) {
  return {0, baseline_settings(header)};
}

std::vector<StudyEndpoint> endpoints_of(const Session& session) {
  std::vector<StudyEndpoint> endpoints;
  for (const Station& station : session.stations)
    endpoints.push_back({station.endpoint, station.found, station.baseline});
  return endpoints;
}

/// A study goes on only where it began: same devices, same starting point.
Result<void> check_unchanged(const StudyHeader& header, const Session& session,
                             const WorkloadSet& workloads) {
  const auto changed = [&](const std::string& what) {
    return fail(Fault::runtime, fmt::format("the study cannot be resumed: {}", what),
                "start a new one; the old study's records stay where they are");
  };
  if (header.endpoints.size() != session.stations.size()) return changed("the link has changed");
  if (header.process_baseline != workloads.baseline)
    return changed(fmt::format("the workloads' own settings were {} and are {}",
                               describe(header.process_baseline), describe(workloads.baseline)));
  for (std::size_t i = 0; i < session.stations.size(); ++i) {
    const StudyEndpoint& then = header.endpoints[i];
    const Station& now = session.stations[i];
    if (then.endpoint.host != now.endpoint.host || then.endpoint.netdev != now.endpoint.netdev)
      return changed(
          fmt::format("{}/{} is now {}", then.endpoint.host, then.endpoint.netdev, now.where()));
    const auto stale = staleness(fingerprint_of(then.device(), then.found.kernel),
                                 fingerprint_of(now.device(), now.found.kernel));
    if (!stale.empty()) return changed(fmt::format("{}: {}", now.where(), fmt::join(stale, ", ")));
    if (then.baseline != now.baseline)
      return changed(fmt::format("the baseline of {} was {} and is {}", now.where(),
                                 describe(then.baseline), describe(now.baseline)));
  }
  return {};
}

/// What the search may know of another study.
Result<std::vector<EarlierScore>> earlier_of(const TuneOptions& options, const Policy& policy) {
  const Limits limits = limits_of(policy, options.seed);
  if (options.since) return learn_since(*options.since, policy.space, limits);
  if (options.earlier.empty()) return {};
  return scores_of_study(options.earlier, policy.space, limits);
}

Result<Study> open_study(const TuneOptions& options, const Policy& policy, const Session& session,
                         const WorkloadSet& workloads) {
  if (options.resumed) {
    auto study = Study::open(*options.resumed);
    if (!study) return study;
    auto same = check_unchanged(study->header(), session, workloads);
    if (!same) return fail(same);
    return study;
  }
  StudyHeader header{.name = options.study.filename().string(),
                     .created = utc_now(),
                     .version = std::string(version),
                     .seed = options.seed,
                     .link_source = options.link_source,
                     .policy_text = options.policy_text,
                     .policy_source = options.policy_source,
                     .endpoints = endpoints_of(session),
                     .process_baseline = workloads.baseline,
                     .out_of_reach = workloads.out_of_reach,
                     .run_as = options.run_as.name,
                     .cuts_warm_up = true};
  if (options.since) {
    auto ranking = ranking_since(*options.since, policy, header);
    if (!ranking) return fail(ranking);
    header.since = std::move(*ranking);
  }
  auto earlier = earlier_of(options, policy);
  if (!earlier) return fail(earlier);
  header.earlier = std::move(*earlier);
  return Study::create(options.study, std::move(header));
}

Result<void> confirm(const Policy& policy, const std::vector<Candidate>& candidates, Study& study,
                     Rounds& rounds, Progress& progress) {
  const auto searched = standings(candidates, before_round(study.trials(), Phase::confirm, 0),
                                  limits_of(policy, study.header().seed));
  const auto finalists = choose_finalists(searched, policy.plan.finalists);
  if (finalists.empty()) {
    const bool compared =
        std::ranges::any_of(searched, [](const Standing& standing) { return standing.rounds > 0; });
    progress.note(compared ? "no candidate did better than the baseline in the search"
                           : "no candidate was compared with the baseline, so none is confirmed");
    return {};
  }
  for (const Candidate& finalist : finalists)
    progress.note(fmt::format("to be confirmed: {}", describe(finalist.settings)));
  return rounds.confirm(baseline_of(study.header()), finalists, policy.plan);
}

/// Asks first which knobs do anything; returns the candidates that are worth a search.
Result<std::vector<Candidate>> probe(const Policy& policy, const std::vector<Candidate>& candidates,
                                     const std::vector<Candidate>& probing, Study& study,
                                     Rounds& rounds, Progress& progress) {
  if (probing.empty()) return candidates;
  auto ran = rounds.compare(Phase::probe, baseline_of(study.header()), probing, 0,
                            policy.plan.probe_rounds);
  if (!ran) return fail(ran);
  const Responses found = probed(policy, study.header(), probing, study.trials());
  const auto inert = inert_in(found, policy.alpha);
  for (const KnobResponse& knob : inert)
    progress.note(fmt::format("inert, so not searched: {}: {}", knob.knob,
                              describe_effect(knob, policy.objective)));
  for (const std::string& line : describe_reach(found, policy.objective, policy.alpha))
    progress.note(line);
  return left_to_search(candidates, inert, study.header());
}

/// Trials from after the calibration on, at most: what is left to probe, to search, to confirm.
int trials_to_come(const Policy& policy, const std::vector<Candidate>& candidates,
                   const std::vector<Candidate>& probing) {
  const int searched = searched_at_most(policy.search, static_cast<int>(candidates.size()));
  return planned_trials(policy.plan, searched, static_cast<int>(probing.size())) -
         planned_trials(policy.plan, 0);
}

SearchEnd end_of_search(const Policy& policy, const std::vector<Candidate>& candidates) {
  const std::string& searcher = policy.search.searcher;
  const auto most = std::min(policy.plan.finalists, static_cast<int>(candidates.size()));
  return {.early = policy.max_minutes > 0 || (searcher != "grid" && searcher != "random"),
          .seconds = policy.max_minutes * 60,
          .confirmation = confirmation_trials(policy.plan, most)};
}

/// At most, where a ranking is to be measured again.
int reconfirmation_trials(const Policy& policy, const StudyHeader& header) {
  if (!header.since) return 0;
  return confirmation_trials(policy.plan, static_cast<int>(header.since->contenders.size()));
}

/// Measures the contenders of the old ranking again; whether it stands.
Result<bool> reconfirm(const Policy& policy, Study& study, Rounds& rounds, Progress& progress) {
  const OldRanking& ranking = *study.header().since;
  for (const std::string& change : ranking.changed)
    progress.note(fmt::format("changed since: {}", change));
  auto ran = rounds.confirm(baseline_of(study.header()), ranking.contenders, policy.plan,
                            Phase::reconfirm);
  if (!ran) return fail(ran);
  const auto verdict = judge(ranking, study.trials(), policy, study.header().seed);
  progress.note(describe(ranking, verdict));
  return verdict.stands;
}

}  // namespace

Result<void> check_earlier(const TuneOptions& options, const Policy& policy) {
  if (options.earlier.empty()) return {};
  if (policy.search.searcher != "bayesian")
    return fail(Fault::usage,
                fmt::format("the searcher '{}' takes nothing from an earlier study",
                            policy.search.searcher),
                "leave --from out, or choose the searcher 'bayesian' in the policy");
  auto scores = scores_of_study(options.earlier, policy.space, limits_of(policy, options.seed));
  if (!scores) return fail(scores);
  return {};
}

Result<void> run_phases(const Policy& policy, const std::vector<Candidate>& candidates,
                        Study& study, const Measure& measure, Progress& progress) {
  const auto probing = probing_of(policy, study.header(), candidates);
  const int planned = planned_trials(policy.plan, 0) +
                      reconfirmation_trials(policy, study.header()) +
                      trials_to_come(policy, candidates, probing);
  Rounds rounds(study, measure, progress, planned, limits_of(policy, study.header().seed));
  rounds.expect_end(end_of_search(policy, candidates));
  auto ran = rounds.calibrate(baseline_of(study.header()), policy.plan.calibration_rounds);
  if (!ran) return ran;
  if (study.header().since) {
    auto stands = reconfirm(policy, study, rounds, progress);
    if (!stands) return fail(stands);
    if (*stands) return {};
    rounds.plan(rounds.done() + trials_to_come(policy, candidates, probing));
  }
  auto worthwhile = probe(policy, candidates, probing, study, rounds, progress);
  if (!worthwhile) return fail(worthwhile);
  rounds.plan(rounds.done() + trials_to_come(policy, *worthwhile, {}));
  rounds.expect_end(end_of_search(policy, *worthwhile));
  ran = search(policy, *worthwhile, study, rounds, progress);
  if (ran) ran = confirm(policy, *worthwhile, study, rounds, progress);
  return ran;
}

namespace {

/// A resumed study goes on with what it has found out.
Result<void> know_equal_values(const Policy& policy, Study& study, Session& session,
                               Progress& progress, const Interrupt& interrupt) {
  if (!study.header().looked_for_equal_values) {
    auto equal = find_equal_values(policy.space, study.header(), session, interrupt);
    if (!equal) return fail(equal);
    if (auto kept = study.keep_equal_values(std::move(*equal)); !kept) return kept;
  }
  const auto& equal = study.header().equal_values;
  if (!equal.empty())
    progress.note(
        fmt::format("to the driver the same, and not measured apart: {}", describe(equal)));
  return {};
}

/// Settings to rehearse the restore with: not those that the devices have.
Settings something_else(const std::vector<Candidate>& candidates, const Session& session) {
  for (const Candidate& candidate : candidates) {
    Settings settings = device_part(candidate.settings);
    if (settings != session.stations.front().baseline) return settings;
  }
  return device_part(candidates.front().settings);
}

/// Why the study has ended, and what it could not put back, if anything.
std::unexpected<Error> also_unreleased(Error error, const Result<void>& released) {
  if (released) return std::unexpected(std::move(error));
  if (error.message.find(released.error().message) == std::string::npos)
    error.message += fmt::format("; and putting the link back: {}", released.error().message);
  error.remedy = fmt::format("`moderato restore` puts back what is left{}{}",
                             error.remedy.empty() ? "" : "; then ", error.remedy);
  return std::unexpected(std::move(error));
}

/// Leaves out what these devices do not have, where the policy allows that.
Result<void> fit_space(Space& space, const Session& session, Progress& progress) {
  const Space wanted = space;
  space = applicable(std::move(space), endpoints_of(session));
  for (const Parameter& parameter : wanted.parameters) {
    if (std::ranges::find(space.parameters, parameter.knob, &Parameter::knob) ==
        space.parameters.end())
      progress.note(fmt::format("{} is left out: not every endpoint has it", parameter.knob));
  }
  if (!space.parameters.empty()) return {};
  return fail(Fault::unsupported, "the endpoints have none of the knobs that the policy searches",
              "`moderato probe --link` tells what they have; choose another policy");
}

/// All that writes to the devices.
Result<void> measure_all(const Policy& policy, const std::vector<Candidate>& all,
                         const WorkloadSet& workloads, Session& session, Study& study,
                         Progress& progress, const Interrupt& interrupt) {
  auto rehearsed = rehearse_restore(session, something_else(all, session));
  if (!rehearsed) return rehearsed;
  if (auto known = know_equal_values(policy, study, session, progress, interrupt); !known)
    return known;
  Measurer measurer(policy, workloads, session, study, interrupt);
  const Measure measure = [&](const Candidate& candidate, const TrialKey& key) {
    return measurer.measure(candidate, key);
  };
  return run_phases(policy, candidates_of(policy.space, study.header()), study, measure, progress);
}

}  // namespace

Result<Findings> tune(const TuneOptions& options, Progress& progress, const Interrupt& interrupt) {
  auto policy = policy_of(options.policy_text, options.policy_source);
  if (!policy) return fail(policy);
  if (auto usable = check_earlier(options, *policy); !usable) return fail(usable);
  auto session = open_session(options.link_source, options.agent, progress);
  if (!session) return fail(session);
  if (auto free = check_use(*session, options.use, interrupt); !free) return fail(free);
  if (auto fits = fit_space(policy->space, *session, progress); !fits) return fail(fits);
  auto workloads =
      prepare_workloads(*policy, session->link, options.paths, options.run_as.whom_to_become());
  if (!workloads) return fail(workloads);
  for (const OutOfReach& out : workloads->out_of_reach)
    progress.note(describe(out));
  auto armed = arm(*session, device_knobs_of(policy->space), policy->heartbeat_timeout_s);
  if (!armed) return fail(armed);
  auto study = open_study(options, *policy, *session, *workloads);
  if (!study) return fail(study);
  const auto all = all_candidates_of(policy->space, study->header());
  if (all.empty())
    return fail(Fault::document, "the policy's space holds nothing but the baseline",
                "give its parameters more values");
  auto ran = measure_all(*policy, all, *workloads, *session, *study, progress, interrupt);
  auto released = release(*session);
  if (!ran) return also_unreleased(ran.error(), released);
  if (!released) return also_unreleased(released.error(), released);
  auto findings = findings_of(study->header(), study->trials());
  if (!findings) return findings;
  if (auto kept = study->keep_pareto(findings->pareto); !kept) return fail(kept);
  return findings;
}

}  // namespace moderato
