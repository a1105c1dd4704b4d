// SPDX-License-Identifier: Apache-2.0
#include "cli/study_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <ranges>
#include <set>

#include "tune/attempts.hpp"
#include "tune/equal_values.hpp"

namespace moderato {
namespace {

namespace fs = std::filesystem;

std::string violation_text(const Violation& violation) {
  return fmt::format("violates {}: {:.3f}", describe(violation.constraint), violation.ratio);
}

/// Before that the finalists of findings_of() are the best so far, and may yet be others.
bool confirmation_has_begun(const std::vector<Trial>& trials) {
  return std::ranges::any_of(trials,
                             [](const Trial& trial) { return trial.key.phase == Phase::confirm; });
}

/// Of those that have trials: a space may hold a million candidates, and a search ask for forty.
std::vector<SearchEntry> search_entries(const std::vector<Standing>& search,
                                        const std::vector<Comparison>& finalists,
                                        const std::vector<Trial>& trials) {
  std::set<int> asked_for;
  for (const Trial& trial : trials)
    if (trial.key.phase == Phase::search) asked_for.insert(trial.key.candidate);
  std::vector<SearchEntry> entries;
  for (const Standing& standing : search) {
    if (!asked_for.contains(standing.candidate.number)) continue;
    const bool finalist = std::ranges::find(finalists, standing.candidate.settings,
                                            &Comparison::settings) != finalists.end();
    const auto state = finalist              ? CandidateState::finalist
                       : standing.rounds > 0 ? CandidateState::searched
                       : standing.failed > 0 ? CandidateState::failed
                                             : CandidateState::unmeasured;
    entries.push_back({standing.candidate.number, standing.candidate.settings, standing.rounds,
                       standing.ratio_median, standing.outlier_rate, state,
                       standing.violates ? violation_text(*standing.violates) : standing.reason,
                       standing.violates.has_value()});
  }
  return entries;
}

std::map<std::string, std::string> units_of(const std::vector<Trial>& trials) {
  std::map<std::string, std::string> units;
  for (const Trial& trial : trials)
    for (const WorkloadOutcome& outcome : trial.outcomes)
      units[outcome.workload] = outcome.unit;
  return units;
}

/// The one that all workloads have; "": there is none, and the score of them all has no unit.
std::string common_unit(const std::map<std::string, std::string>& units) {
  if (units.empty()) return "";
  const std::string& first = units.begin()->second;
  const bool same =
      std::ranges::all_of(units, [&](const auto& entry) { return entry.second == first; });
  return same ? first : "";
}

/// Why the study cannot be finished: its baseline has used up the attempts of the calibration, so
/// that it ends there each time. "": it can.
std::string dead_end(const std::vector<Trial>& trials) {
  std::map<TrialKey, const Trial*> last;
  for (const Trial& trial : trials)
    if (trial.key.phase == Phase::calibrate) last[trial.key] = &trial;
  for (const auto& [key, trial] : last)
    if (trial->state == TrialState::failed && !to_be_measured(trials, key))
      return "the baseline itself cannot be measured: " + trial->reason;
  return "";
}

std::string path_if_there(const fs::path& file) {
  std::error_code none;
  return fs::exists(file, none) ? file.string() : "";
}

/// What the driver did not do as asked, so that nobody takes the values of the tables for real.
std::string turned_note(const std::vector<TurnedValue>& turned) {
  constexpr std::size_t shown = 8;
  std::vector<std::string> texts;
  for (const TurnedValue& value : turned | std::views::take(shown))
    texts.push_back(
        fmt::format("{} {} = {} for {}", value.where, value.knob, value.effective, value.asked));
  return fmt::format(
      "The driver accepted other values than it then showed: {}{}.", fmt::join(texts, ", "),
      turned.size() > shown ? fmt::format(", and {} more", turned.size() - shown) : "");
}

std::vector<std::string> notes_for(const StudyHeader& header, const Findings& findings,
                                   const std::vector<Trial>& trials) {
  const Policy& policy = findings.policy;
  std::vector<std::string> notes;
  for (const KnobResponse& knob : findings.dropped)
    notes.push_back(fmt::format("Inert by the probe, and so not searched: {}: {}.", knob.knob,
                                describe_effect(knob, policy.objective)));
  for (const std::string& line : describe_reach(findings.responses, policy.objective, policy.alpha))
    notes.push_back(line + ".");
  if (!header.equal_values.empty())
    notes.push_back(fmt::format("To the driver the same, and not measured apart: {}.",
                                describe(header.equal_values)));
  if (const auto turned = turned_values(trials); !turned.empty())
    notes.push_back(turned_note(turned));
  const bool ping_pong = std::ranges::any_of(policy.workloads, [](const WorkloadUse& use) {
    return use.name.find("pingpong") != std::string::npos ||
           use.name.find("latency") != std::string::npos;
  });
  if (ping_pong)
    notes.emplace_back(
        "A ping-pong has one message under way at a time, so it cannot see queueing (coordinated "
        "omission): what these settings do under load is for a throughput policy to measure.");
  return notes;
}

std::optional<RankingReport> ranking_report(const StudyHeader& header, const Findings& findings) {
  if (!header.since || !findings.ranking) return std::nullopt;
  const OldRanking& old = *header.since;
  const RankingVerdict& now = *findings.ranking;
  return RankingReport{old.profile, old.study,  old.changed,    now.over,
                       now.stands,  now.reason, now.comparisons};
}

void add_confirmation(StudyReport& report, const Findings& findings,
                      const std::vector<Trial>& trials) {
  if (!confirmation_has_begun(trials)) return;
  report.expected = findings.expected;
  report.baseline_summaries = typical_summaries(trials, 0);
  report.baseline_counters = typical_counters(trials, 0);
  report.comparisons = findings.finalists;
  for (const Comparison& comparison : findings.finalists) {
    const auto candidate =
        std::ranges::find(findings.confirmed, comparison.settings, &Candidate::settings);
    report.comparison_counters.push_back(candidate == findings.confirmed.end()
                                             ? WorkloadCounters{}
                                             : typical_counters(trials, candidate->number));
  }
}

}  // namespace

StudyReport make_report(const StudyHeader& header, const std::vector<Trial>& trials,
                        const Findings& findings, const fs::path& folder) {
  StudyReport report;
  report.name = header.name;
  report.folder = folder.string();
  report.policy = findings.policy.name;
  report.workload_class = findings.policy.workload_class;
  report.objective = name_of(findings.policy.objective);
  report.units = units_of(trials);
  report.unit = common_unit(report.units);
  for (const MetricConstraint& constraint : findings.policy.constraints)
    report.constraints.push_back(describe(constraint));
  report.link = header.link_source;
  for (const StudyEndpoint& end : header.endpoints)
    report.endpoints.push_back({end.endpoint.host, end.endpoint.netdev, end.device().driver,
                                std::string(name_of(end.device().kind))});
  report.baseline = baseline_settings(header);
  report.started = header.created;
  report.seconds = seconds_spent(trials);
  report.nothing_compared = findings.nothing_compared;
  report.interrupted = !findings.finished && findings.nothing_compared.empty();
  if (report.interrupted) {
    report.interruption = dead_end(trials);
    report.resume_with = fmt::format("moderato tune --resume {}", folder.string());
  }
  report.trials = count_trials(trials);
  report.warm_up = count_warm_ups(trials);
  report.pareto = findings.pareto;
  report.importance = findings.importance;
  report.ranking = ranking_report(header, findings);
  if (findings.noise.n > 0) report.noise = findings.noise;
  if (findings.repeatability.n > 0) report.repeatability = findings.repeatability;
  report.knobs = findings.responses.knobs;
  report.knob_workloads = findings.responses.workloads;
  report.alpha = findings.policy.alpha;
  add_confirmation(report, findings, stands(findings) ? as_confirmation(trials) : trials);
  report.search = search_entries(findings.search, report.comparisons, trials);
  report.unmeasured = static_cast<int>(findings.search.size() - report.search.size());
  report.notes = notes_for(header, findings, trials);
  if (findings.finished) {
    report.outcome = findings.profile.outcome;
    report.chosen = all_settings(findings.profile);
    if (findings.chosen && findings.finalists[*findings.chosen].settings != report.chosen)
      report.asked = findings.finalists[*findings.chosen].settings;
    report.profile_path = path_if_there(folder / "profile.json");
  }
  report.report_path = path_if_there(folder / "report.html");
  return report;
}

Result<void> write_results(StudyReport& report, const Findings& findings, const Folder& folder) {
  if (findings.finished) {
    auto written = folder.write_durably("profile.json", to_json(findings.profile));
    if (!written) return written;
    report.profile_path = (folder.path() / "profile.json").string();
  }
  report.report_path = (folder.path() / "report.html").string();
  for (const auto& [name, content] :
       {std::pair{"report.txt", study_text(report)}, std::pair{"report.json", study_json(report)},
        std::pair{"report.html", study_html(report)}}) {
    if (auto written = folder.write_durably(name, content); !written) return written;
  }
  return {};
}

}  // namespace moderato
