// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/knob.hpp"
#include "core/trial.hpp"
#include "profile/profile.hpp"
#include "stats/importance.hpp"
#include "stats/noise.hpp"
#include "stats/pareto.hpp"
#include "stats/repeatability.hpp"
#include "stats/response.hpp"

namespace moderato {

struct ReportEndpoint {
  std::string host, netdev, driver;
  std::string kind;  ///< "pf", "vf", "virtual"
};

/// Trials that ended in the same way for the same reason.
struct TrialReason {
  TrialState state = TrialState::failed;
  std::string reason;
  int count = 0;
};

struct TrialCounts {
  int complete = 0, failed = 0, void_trials = 0;
  std::vector<TrialReason> reasons;  ///< of what is not complete, most frequent first
};

TrialCounts count_trials(std::span<const Trial> trials);

/// What the rule of the warm-up cut from the runs of all complete trials.
struct WarmUpCounts {
  int runs = 0;        ///< one a workload and trial
  int cut = 0;         ///< of them, those from which something was cut
  int unsettled = 0;   ///< those that found no steady state
  double largest = 0;  ///< share of the samples of one run
};

WarmUpCounts count_warm_ups(std::span<const Trial> trials);

/// `unmeasured`: it has trials, but none that counts: they were disturbed, or their baseline
/// failed.
enum class CandidateState { searched, finalist, failed, unmeasured };
std::string_view name_of(CandidateState state);  ///< "searched", "finalist", "failed", "unmeasured"

/// One candidate of the search. Its ratios chose the finalists and claim nothing.
struct SearchEntry {
  int candidate = 0;  ///< number in the study
  Settings settings;
  int rounds = 0;                      ///< complete ones
  std::optional<double> ratio_median;  ///< to the baseline of the same round, below 1 = better
  double outlier_rate = 0;
  CandidateState state = CandidateState::searched;
  std::string reason;     ///< why it failed, was not measured, or cannot be chosen
  bool violates = false;  ///< a constraint, beyond what noise explains
};

/// The ranking of an old profile, measured again before anything else.
struct RankingReport {
  std::string profile;               ///< its file
  std::string study;                 ///< that had found it
  std::vector<std::string> changed;  ///< parts of the fingerprint
  bool over = false;                 ///< the rest counts only then
  bool stands = false;
  std::string reason;
  std::vector<Comparison> comparisons;  ///< contenders with the baseline
};

/// All that a finished or interrupted study has to tell. Any part may be missing: the report of a
/// study that has not measured anything is a report.
struct StudyReport {
  std::string name;
  std::string folder;
  std::string policy;
  std::string workload_class;
  std::string objective;                     ///< "p99"
  std::string unit;                          ///< of the objective, "us"; "" = no common one
  std::map<std::string, std::string> units;  ///< by workload; of others it is `unit`
  std::vector<std::string> constraints;      ///< "throughput >= 0.98", to the baseline
  std::string link;
  std::vector<ReportEndpoint> endpoints;
  Settings baseline;
  std::string started;           ///< UTC, ISO 8601
  double seconds = 0;            ///< wall time, over all sittings
  bool interrupted = false;      ///< not finished: stopped, failed, or still running
  std::string interruption;      ///< why it cannot be finished; "" = it can, as far as is known
  std::string resume_with;       ///< the command that goes on with it where it can be finished
  std::string nothing_compared;  ///< why, where the search is over and compared no candidate
  TrialCounts trials;
  WarmUpCounts warm_up;
  std::optional<RankingReport> ranking;        ///< of a study that asks about one
  std::optional<Noise> noise;                  ///< of the calibration
  std::optional<Repeatability> repeatability;  ///< of all trials
  std::vector<KnobResponse> knobs;             ///< whether each does anything; of a finished study
  std::vector<WorkloadResponse> knob_workloads;  ///< and to whom; empty of a single workload
  std::vector<KnobImportance> importance;        ///< which knobs the search saw to matter
  std::vector<SearchEntry> search;               ///< of the candidates that have trials
  int unmeasured = 0;                            ///< candidates of the space that have none
  std::vector<TradeOff> pareto;         ///< what nothing measured beats, best objective first
  std::optional<Expectation> expected;  ///< of the best finalist, by the model of the search
  double alpha = 0.05;
  std::map<std::string, Summary> baseline_summaries;  ///< of the confirmation, by workload
  std::vector<Comparison> comparisons;  ///< finalists, best first; none before their first trial
  WorkloadCounters baseline_counters;   ///< as baseline_summaries
  std::vector<WorkloadCounters> comparison_counters;  ///< one a comparison, in its order
  std::optional<Outcome> outcome;                     ///< nothing before the confirmation is over
  Settings chosen;
  std::optional<Settings> asked;   ///< what was written of `chosen`, if drivers made that of it
  std::string profile_path;        ///< "" = none written
  std::string report_path;         ///< of the HTML page, "" = none written
  std::vector<std::string> notes;  ///< what limits the figures ("cannot see queueing")
};

/// Adaptive to what there is to say: what was found, how sure it is, what follows.
enum class Tone { plain, good, bad, faint };
struct Verdict {
  Tone tone = Tone::plain;
  std::vector<std::string> sentences;
};
Verdict verdict_of(const StudyReport& report);

struct TextOptions {
  bool colour = false;           ///< ANSI escapes, for a terminal
  std::size_t search_rows = 20;  ///< rows of the search table, the best ones; 0 = all
};
/// For the terminal: every column is explained in the legend at the end.
std::string study_text(const StudyReport& report, const TextOptions& options = {});

/// One JSON document, schema "moderato-report/1". Numbers are as measured (ratios, not per cent);
/// what is not known is null.
///
///   schema, name, folder, policy, class, objective, unit, started, seconds
///                 unit: null where the workloads have no common one
///   interrupted   bool: not finished;  interruption  null, or why it cannot be
///   link          {name, endpoints: [{host, netdev, driver, kind}]}
///   baseline      {settings, summaries: {workload: {unit, n, min, mean, sd, median, p90, p95, p99,
///                 p99.9, max}}, counters: {workload: {name: value}}}
///   trials        {complete, failed, void, reasons: [{state, reason, count}]}
///   constraints   [text]: "throughput >= 0.98", ratios to the baseline
///   warm_up       {runs, cut, unsettled, largest}: runs of workloads, those that were cut, those
///   that
///                 found no steady state, and the largest share of samples that was cut from one
///   since         null or {profile, study, changed: [text], stands, reason, comparisons}: what
///                 became of an old ranking; stands is null as long as nobody knows
///   noise         null or {n, spread, floor, outlier_rate}; natural logarithms of ratios
///   repeatability null or {n, sd, limit}, likewise
///   knobs         [{knob, finding, values, reference, value, ratio, ratio_bound, p, p_holm,
///                 workloads}]:
///                 finding "moves", "inert" or "unclear"; ratio is that of `value` to `reference`,
///                 the largest effect; no value's is above ratio_bound or below its inverse.
///                 null: no two values met, or too little is known of the noise.
///                 workloads: [{workload, finding, reason, limit, values, reference, value, ratio,
///                 ratio_bound, p, p_shared, p_corrected}], the same of each workload's own figure,
///                 with its repeatability limit; empty where there is just one. finding may also be
///                 "out of reach", with the reason
///   importance    [{knob, relevance, explained}]: shares, by the model and by the data, or null
///   expected      null or {settings, ratio, ratio_low, ratio_high}: what the model of the search
///                 believed of the best finalist before it was confirmed, at 95 %
///   search        [{candidate, settings, rounds, ratio_median, outlier_rate, state, reason,
///                 violates}], of the candidates that have trials
///   unmeasured    how many candidates of the space have none
///   pareto        [{candidate, settings, rounds, ratios: {figure: ratio}}]; candidate 0: the
///                 baseline
///   confirmation  {alpha, comparisons: [{settings, rounds, tested_rounds, failed_rounds,
///                 ratio_median, ratio_low, ratio_high, confidence, p_rank, p_holm, p_t,
///                 outlier_rate, significant, violates, constraints: [{constraint, rounds,
///                 ratio_median, ratio_low, ratio_high, confidence, p, violated}], summaries,
///                 counters}]}; ratio_low and ratio_high are null where confidence is 0, the p of a
///                 finalist where tested_rounds is 0, its ratio_median and outlier_rate where
///                 rounds is 0
///   outcome       null, "improved" or "baseline_is_best"
///   chosen        settings;  verdict  [sentences]
///   profile, report  paths or null;  notes  [text]
std::string study_json(const StudyReport& report);

/// One self-contained page: no scripts, nothing loaded from anywhere, light and dark.
std::string study_html(const StudyReport& report);

}  // namespace moderato
