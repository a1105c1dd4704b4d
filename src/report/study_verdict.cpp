// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <tuple>

#include "core/printing.hpp"
#include "report/knob_words.hpp"
#include "report/study.hpp"
#include "report/study_words.hpp"

namespace moderato {
namespace {

/// From this share of bad rounds on a median says too little of the settings.
constexpr double alarming_outlier_rate = 0.1;

/// "(96.5 % interval 2.1 % to 4.4 %)", of the improvement.
std::string improvement_interval(const Comparison& comparison) {
  if (comparison.confidence <= 0) return "(too few rounds for an interval)";
  return fmt::format("({} interval {} to {})", percent(comparison.confidence),
                     percent(1 - comparison.ratio_high), percent(1 - comparison.ratio_low));
}

std::string change_interval(const Comparison& comparison) {
  if (comparison.confidence <= 0) return "(too few rounds for an interval)";
  return fmt::format("({} interval {} to {})", percent(comparison.confidence),
                     signed_percent(comparison.ratio_low - 1),
                     signed_percent(comparison.ratio_high - 1));
}

/// "p = 0.0123 after Holm's correction of 3 comparisons, alpha 0.05, 15 rounds".
std::string test_words(const StudyReport& report, const Comparison& comparison) {
  if (comparison.fails())
    return fmt::format("after {} round{} and {} that failed, and so was not tested",
                       comparison.rounds, comparison.rounds == 1 ? "" : "s",
                       comparison.failed_rounds);
  if (comparison.tested_rounds == 0)
    return fmt::format("after {} round{}, too few to be tested", comparison.rounds,
                       comparison.rounds == 1 ? "" : "s");
  const std::string p = p_text(comparison.p_holm, report.alpha);
  const bool all = comparison.tested_rounds == comparison.rounds;
  const std::size_t n = report.comparisons.size();
  return fmt::format("p {}{} after Holm's correction of {} comparison{}, alpha {}, {}{} rounds",
                     p.starts_with('<') ? "< " : "= ", p.starts_with('<') ? p.substr(1) : p, n,
                     n == 1 ? "" : "s", report.alpha, comparison.tested_rounds,
                     all ? "" : fmt::format(" of {}", comparison.rounds));
}

std::string outlier_warning(const Comparison& comparison) {
  return fmt::format(
      "Look before trusting the median: {} of the rounds with {} were outliers, more than 25 % "
      "above the median.",
      percent(comparison.outlier_rate), settings_text(comparison.settings));
}

std::string failure_warning(const Comparison& comparison) {
  return fmt::format("Look before trusting it: {} round{} with {} failed.",
                     comparison.failed_rounds, comparison.failed_rounds == 1 ? "" : "s",
                     settings_text(comparison.settings));
}

/// Better, or so it looks, but out: one sentence each.
std::vector<std::string> violation_sentences(const StudyReport& report) {
  std::vector<std::string> sentences;
  for (const Comparison& comparison : report.comparisons)
    for (const ConstraintFinding& finding : comparison.constraints)
      if (finding.violated && comparison.ratio_median < 1)
        sentences.push_back(
            fmt::format("Out, although it changes {} by {}: {} violates {}.",
                        printable(report.objective), signed_percent(comparison.ratio_median - 1),
                        settings_text(comparison.settings), constraint_text(finding)));
  const auto in_search = std::ranges::count_if(report.search, [](const SearchEntry& entry) {
    return entry.violates && entry.ratio_median.value_or(1) < 1;
  });
  if (in_search > 0)
    sentences.push_back(fmt::format(
        "{} candidate{} better in the search, but violated a constraint, and not confirmed.",
        in_search, in_search == 1 ? " was" : "s were"));
  return sentences;
}

/// "The model of the search expected -8.2 % (95 %: -10.1 % to -6.3 %) of it."
std::vector<std::string> expectation_sentences(const StudyReport& report,
                                               const Comparison& chosen) {
  if (!report.expected || report.expected->settings != chosen.settings) return {};
  const auto change = [&](double deviations) {
    return signed_percent(
        std::expm1(report.expected->log_ratio + deviations * report.expected->sd));
  };
  return {fmt::format("The model of the search had expected {} of it (95 %: {} to {}).", change(0),
                      change(-1.96), change(1.96))};
}

std::vector<std::string> kept_sentences(const Comparison& chosen) {
  std::vector<std::string> kept;
  for (const ConstraintFinding& finding : chosen.constraints)
    kept.push_back(constraint_text(finding));
  if (kept.empty()) return {};
  return {fmt::format("No constraint is violated: {}.", fmt::join(kept, "; "))};
}

void append(Verdict& verdict, std::vector<std::string> sentences) {
  for (std::string& sentence : sentences)
    verdict.sentences.push_back(std::move(sentence));
}

Verdict improved(const StudyReport& report) {
  const std::string settings = settings_text(report.chosen);
  const std::string objective = printable(report.objective);
  const Comparison* chosen = chosen_comparison(report);
  if (chosen == nullptr) return {Tone::good, {fmt::format("Improved: {}.", settings)}};
  Verdict verdict{Tone::good, {}};
  verdict.sentences = {
      fmt::format("Improved: {} lowers {} by {} {}.", settings, objective,
                  percent(1 - chosen->ratio_median), improvement_interval(*chosen)),
      fmt::format("Significant: {}.", test_words(report, *chosen))};
  if (chosen->outlier_rate >= alarming_outlier_rate)
    verdict.sentences.push_back(outlier_warning(*chosen));
  if (chosen->failed_rounds > 0) verdict.sentences.push_back(failure_warning(*chosen));
  if (report.asked)
    verdict.sentences.push_back(
        fmt::format("Measured was {}, which reads back as that.", settings_text(*report.asked)));
  append(verdict, kept_sentences(*chosen));
  append(verdict, expectation_sentences(report, *chosen));
  append(verdict, violation_sentences(report));
  return verdict;
}

std::string why_it_stays(const StudyReport& report, const Comparison& best) {
  if (best.violates()) return "A constraint is violated";
  if (best.fails()) return "Failing";
  if (!is_significant(best, report.alpha)) return "Not significant";
  return best.ratio_median < 1 ? "Significant, but not accepted" : "Significantly worse";
}

/// Not one round of the confirmation has a figure of it.
Verdict baseline_without_rival(const StudyReport& report, const Comparison& best) {
  const std::string failed =
      best.failed_rounds > 0 ? fmt::format(", {} failed", best.failed_rounds) : "";
  return {
      Tone::plain,
      {fmt::format("{}: the baseline stays, {}.", best.fails() ? "Failing" : "Not tested",
                   settings_text(report.baseline)),
       fmt::format("Even the best finalist, {}, has no round with a result{}, and was not tested.",
                   settings_text(best.settings), failed)}};
}

Verdict baseline_against_best(const StudyReport& report) {
  const std::string baseline = settings_text(report.baseline);
  const bool nothing_to_search = report.search.empty() && report.unmeasured == 0;
  if (report.comparisons.empty())
    return {Tone::plain,
            {fmt::format("The baseline stays: {}.", baseline),
             nothing_to_search ? "There was no candidate to search: none does anything else."
                               : "The search found no candidate worth confirming against it."}};
  const Comparison& best = report.comparisons.front();
  if (best.rounds == 0) return baseline_without_rival(report, best);
  const std::string figures =
      fmt::format("the best finalist, {}, changes {} by {} {}, {}.", settings_text(best.settings),
                  printable(report.objective), signed_percent(best.ratio_median - 1),
                  change_interval(best), test_words(report, best));
  return {Tone::plain,
          {fmt::format("{}: the baseline stays, {}.", why_it_stays(report, best), baseline),
           "Even " + figures}};
}

Verdict baseline_stays(const StudyReport& report) {
  Verdict verdict = baseline_against_best(report);
  append(verdict, violation_sentences(report));
  append(verdict, knob_sentences(report));
  return verdict;
}

Verdict no_outcome(const StudyReport& report) {
  if (!report.nothing_compared.empty())
    return {Tone::bad,
            {fmt::format("No verdict: no candidate could be compared with the baseline: {}.",
                         printable(report.nothing_compared)),
             "Nothing is claimed, and there is no profile."}};
  const std::string nothing = "Nothing is claimed of what was measured so far.";
  if (!report.interruption.empty())
    return {Tone::bad,
            {fmt::format("No verdict: {}.", printable(report.interruption)), nothing,
             "Mend that, and start a new study: this one cannot be finished."}};
  if (report.interrupted) {
    Verdict verdict{Tone::bad, {"No verdict: the study is not finished.", nothing}};
    if (!report.resume_with.empty())
      verdict.sentences.push_back(fmt::format("Unless it still runs, `{}` goes on with it.",
                                              printable(report.resume_with)));
    return verdict;
  }
  return {Tone::faint, {"No verdict yet: the confirmation is not complete."}};
}

std::string ranking_sentence(const RankingReport& ranking) {
  const std::string profile = printable(ranking.profile);
  if (!ranking.over)
    return fmt::format("Whether the ranking of {} stands is not known yet.", profile);
  return fmt::format("The ranking of {} {}, because {}.", profile,
                     ranking.stands ? "stands" : "does not stand", printable(ranking.reason));
}

}  // namespace

std::string_view name_of(CandidateState state) {
  switch (state) {
    case CandidateState::searched:
      return "searched";
    case CandidateState::finalist:
      return "finalist";
    case CandidateState::failed:
      return "failed";
    case CandidateState::unmeasured:
      return "unmeasured";
  }
  return "";
}

TrialCounts count_trials(std::span<const Trial> trials) {
  TrialCounts counts;
  std::map<std::pair<TrialState, std::string>, int> groups;
  for (const Trial& trial : trials) {
    counts.complete += trial.state == TrialState::complete;
    counts.failed += trial.state == TrialState::failed;
    counts.void_trials += trial.state == TrialState::void_trial;
    if (trial.state != TrialState::complete) ++groups[{trial.state, trial.reason}];
  }
  for (const auto& [group, count] : groups)
    counts.reasons.push_back({group.first, group.second, count});
  std::ranges::stable_sort(counts.reasons, std::ranges::greater{}, &TrialReason::count);
  return counts;
}

WarmUpCounts count_warm_ups(std::span<const Trial> trials) {
  WarmUpCounts counts;
  for (const Trial& trial : trials) {
    if (trial.state != TrialState::complete) continue;
    for (const WorkloadOutcome& outcome : trial.outcomes) {
      ++counts.runs;
      counts.cut += outcome.warm_up > 0;
      counts.unsettled += !outcome.settled;
      const auto all = static_cast<double>(outcome.warm_up + outcome.summary.n);
      if (outcome.warm_up > 0)
        counts.largest = std::max(counts.largest, static_cast<double>(outcome.warm_up) / all);
    }
  }
  return counts;
}

Verdict verdict_of(const StudyReport& report) {
  Verdict verdict = !report.outcome                        ? no_outcome(report)
                    : *report.outcome == Outcome::improved ? improved(report)
                                                           : baseline_stays(report);
  if (report.ranking)
    verdict.sentences.insert(verdict.sentences.begin(), ranking_sentence(*report.ranking));
  return verdict;
}

}  // namespace moderato
