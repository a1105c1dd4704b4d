// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <cmath>

#include "core/printing.hpp"
#include "report/study_tables.hpp"
#include "report/study_words.hpp"

namespace moderato {
namespace {

void add(Terms& facts, const std::string& name, const std::string& text) {
  if (!text.empty()) facts.emplace_back(name, printable(text));
}

std::string endpoint_text(const ReportEndpoint& endpoint) {
  return fmt::format("{} {} ({}{}{})", endpoint.host, endpoint.netdev, endpoint.driver,
                     endpoint.driver.empty() || endpoint.kind.empty() ? "" : ", ", endpoint.kind);
}

std::string link_text(const StudyReport& report) {
  std::string text = report.link;
  for (const ReportEndpoint& endpoint : report.endpoints)
    text += (&endpoint == &report.endpoints.front() ? ": " : " <-> ") + endpoint_text(endpoint);
  return text;
}

std::string question_text(const RankingReport& ranking) {
  return fmt::format(
      "whether the ranking of {} stands (study {}{}{})", ranking.profile, ranking.study,
      ranking.changed.empty() ? "" : "; changed since: ", fmt::join(ranking.changed, ", "));
}

std::string time_text(const StudyReport& report) {
  std::vector<std::string> parts;
  if (!report.started.empty()) parts.push_back(report.started);
  if (report.seconds > 0) parts.push_back("took " + duration_text(report.seconds));
  if (report.interrupted) parts.emplace_back("not finished");
  return fmt::format("{}", fmt::join(parts, ", "));
}

std::string trials_text(const TrialCounts& trials) {
  return fmt::format("{} complete, {} failed, {} void", trials.complete, trials.failed,
                     trials.void_trials);
}

/// Nothing where all were measured, or none was to be searched.
std::string candidates_text(const StudyReport& report) {
  if (report.unmeasured == 0 || report.search.empty()) return "";
  return fmt::format("{} of {} unmeasured, and not listed", report.unmeasured,
                     report.search.size() + static_cast<std::size_t>(report.unmeasured));
}

/// Log ratios read as relative differences: e^0.03 - 1 = 3.0 %.
std::string noise_text(const std::optional<Noise>& noise) {
  if (!noise) return "not calibrated";
  return fmt::format("floor {}, spread {}, outliers {} ({} pairs)",
                     percent(std::expm1(noise->floor)), percent(std::expm1(noise->spread)),
                     percent(noise->outlier_rate), noise->n);
}

std::string repeatability_text(const std::optional<Repeatability>& repeatability) {
  if (!repeatability || repeatability->n == 0) return "";
  return fmt::format("two trials of the same settings differ by up to {} ({} differences)",
                     percent(std::expm1(repeatability->limit)), repeatability->n);
}

/// Nothing where the rule had nothing to do.
std::string warm_up_text(const WarmUpCounts& counts) {
  if (counts.runs == 0) return "";
  std::string text = fmt::format("cut from {} of {} runs of workloads", counts.cut, counts.runs);
  if (counts.cut > 0) text += fmt::format(", at most {} of the samples", percent(counts.largest));
  return text + fmt::format("; {} did not settle", counts.unsettled);
}

}  // namespace

Terms study_facts(const StudyReport& report) {
  Terms facts;
  add(facts, "Folder", report.folder);
  add(facts, "Policy",
      report.workload_class.empty()
          ? report.policy
          : fmt::format("{}, class {}", report.policy, report.workload_class));
  add(facts, "Objective",
      report.objective.empty() ? ""
                               : fmt::format("{}{}{}, smaller is better", report.objective,
                                             report.unit.empty() ? "" : " in ", report.unit));
  add(facts, "Constraints", fmt::format("{}", fmt::join(report.constraints, ", ")));
  add(facts, "Link", link_text(report));
  add(facts, "Baseline", settings_text(report.baseline));
  if (report.ranking) add(facts, "Asked", question_text(*report.ranking));
  add(facts, "Started", time_text(report));
  add(facts, "Trials", trials_text(report.trials));
  add(facts, "Candidates", candidates_text(report));
  add(facts, "Warm-up", warm_up_text(report.warm_up));
  add(facts, "Noise", noise_text(report.noise));
  add(facts, "Repeats", repeatability_text(report.repeatability));
  add(facts, "Profile", report.profile_path);
  add(facts, "Report", report.report_path);
  return facts;
}

Terms study_legend(const StudyReport& report) {
  return {
      {"ratio",
       "score with the candidate / score with the baseline of the same round, median over "
       "the rounds; below 1 is better"},
      {"change", "the same as a percentage: -3.1 % is a score 3.1 % lower than the baseline's"},
      {"interval", "distribution-free interval of the median ratio, from order statistics"},
      {"conf.", "how often such an interval holds the true median ratio"},
      {"p Holm", fmt::format("p rank, corrected by Holm for the number of comparisons; this one "
                             "decides: significant at or below alpha = {}",
                             report.alpha)},
      {"fell behind",
       "in the opening rounds all finalists are measured, then the best one and its closest rival; "
       "what falls behind is not tested, yet counts as one of the comparisons"},
      {"failing",
       "failed in two rounds of the confirmation: it was measured no more and is not tested, "
       "however many rounds it had before, yet counts as one of the comparisons"},
      {"p rank",
       "two-sided aligned-rank test, permuted within rounds: how often chance alone "
       "would look like this; of the first rounds, as many as the policy says"},
      {"p t",
       "paired two-tailed t-test on log ratios, for comparison with published tables; one "
       "outlier can hide a difference from it, so it decides nothing"},
      {"knobs",
       "moves: p Holm, here over the knobs, is at or below alpha, or the winner changes just this "
       "knob. inert: no test sees anything, no value has an effect beyond the repeats, and one "
       "beyond "
       "twice that, or of a quarter, is ruled out. unclear: too few rounds to tell, for this "
       "noise"},
      {"effect",
       "change of the score from one value of the knob to another while all other knobs stay, "
       "median over the rounds; the largest of all its values"},
      {"at most", "no value changes the score by more, with 95 % confidence, whatever the others"},
      {"p knob",
       "relabelling test on aligned ranks, within trials of one round that differ in just this "
       "knob; twice the smaller of search and confirmation"},
      {"p shared",
       "p knob of one workload, corrected for all that the knob can reach: they are relabelled "
       "together, and each is held against the largest of any"},
      {"p corr.",
       "p shared times the number of knobs: the workload follows the knob at or below alpha"},
      {"out of reach", "a knob of processes that the workload does not take, with the reason"},
      {"repeats",
       "95 % of the differences between two single trials of the same settings are smaller, "
       "outliers aside; of all trials, not just of the calibration; beside a workload: of its own "
       "figure"},
      {"outliers",
       "share of rounds more than 25 % above the candidate's own median; of the "
       "noise: share of pairs more than 25 % apart"},
      {"rounds",
       "rounds that the figure rests on; a round measures everything once, in random "
       "order"},
      {"noise floor",
       "95th percentile of the differences within the pairs of the calibration; of few pairs "
       "that is about the largest, and says nothing for sure of further ones; spread: robust "
       "standard "
       "deviation of one score"},
      {"p viol.",
       fmt::format(
           "one-sided aligned-rank test of 'it keeps the constraint', of the same rounds as "
           "p rank, or as many as there are; violated at or below alpha = {}, without a "
           "correction: then it cannot be chosen",
           report.alpha)},
      {"by the model",
       "how far the knob's values move what the Gaussian process over the scores of the search "
       "expects, all else being equal (variance; as a share of all knobs'); - for a mode on or off"},
      {"by the data",
       "share of the variance of the candidates' ranks in the search that lies between the knob's "
       "values, beyond what chance gives so many values; - where each value has one candidate; "
       "knobs that were not measured in all combinations share what they explain"},
      {"trade-offs",
       "median ratios to the baseline over all rounds of search and confirmation, constraints "
       "aside; they claim nothing. Smaller is better, but for throughput"},
      {"warm-up",
       "samples at the beginning of a run that are not like the rest, cut by one rule for all "
       "settings; a run that changes once more after its half did not settle"},
      {"min ... max",
       "of the samples of one trial, median over the rounds; p99.9 only where a "
       "trial has 3688 samples or more"},
      {"counters",
       "whole-run figures that a workload prints beside its samples, median over the rounds; "
       "they decide nothing unless a constraint is on them"},
  };
}

}  // namespace moderato
