// SPDX-License-Identifier: Apache-2.0
#include "report/study_tables.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/printing.hpp"
#include "report/study_words.hpp"

namespace moderato {
namespace {

std::string rounds_text(const Comparison& comparison) {
  if (comparison.failed_rounds == 0) return std::to_string(comparison.rounds);
  return fmt::format("{} ({} failed)", comparison.rounds, comparison.failed_rounds);
}

Row confirmation_row(const StudyReport& report, const Comparison& comparison) {
  const bool better = is_significant(comparison, report.alpha) && comparison.ratio_median < 1 &&
                      !comparison.violates();
  const bool chosen =
      report.outcome == Outcome::improved && &comparison == chosen_comparison(report);
  const std::string confidence =
      comparison.confidence > 0 ? percent(comparison.confidence) : std::string("-");
  const auto figure = [&](const std::string& text) { return comparison.rounds > 0 ? text : "-"; };
  const auto p = [&](double value, double alpha) {
    return comparison.tested_rounds > 0 ? p_text(value, alpha) : "-";
  };
  return {
      {figure(ratio_text(comparison.ratio_median)),
       figure(signed_percent(comparison.ratio_median - 1)), interval_text(comparison), confidence,
       p(comparison.p_holm, report.alpha), p(comparison.p_rank, 0), p(comparison.p_t, 0),
       figure(percent(comparison.outlier_rate)), rounds_text(comparison),
       chosen ? "chosen" : finding_text(report, comparison), settings_text(comparison.settings)},
      better ? Tone::good : Tone::plain};
}

Row summary_row(const std::string& name, const Summary& summary, Tone tone) {
  Row row{{figure_text(summary.min), figure_text(summary.mean), figure_text(summary.median),
           figure_text(summary.p90), figure_text(summary.p95), figure_text(summary.p99)},
          tone};
  row.cells.push_back(summary.p999 ? figure_text(*summary.p999) : "-");
  row.cells.push_back(figure_text(summary.max));
  row.cells.push_back(name);
  return row;
}

std::string unit_of(const StudyReport& report, const std::string& workload) {
  const auto found = report.units.find(workload);
  return printable(found == report.units.end() ? report.unit : found->second);
}

Table summary_table(const StudyReport& report, const std::string& workload,
                    const Summary& baseline) {
  Table table{fmt::format("{}, {}", printable(workload), unit_of(report, workload)), {}, {}};
  for (const char* title : {"min", "mean", "median", "p90", "p95", "p99", "p99.9", "max"})
    table.columns.push_back({title, Align::right});
  table.columns.push_back({"settings", Align::left});
  table.rows.push_back(
      summary_row("baseline: " + settings_text(report.baseline), baseline, Tone::faint));
  for (const Comparison& comparison : report.comparisons)
    if (const auto found = comparison.summaries.find(workload); found != comparison.summaries.end())
      table.rows.push_back(
          summary_row(settings_text(comparison.settings), found->second, Tone::plain));
  return table;
}

/// Large numbers for people: "12.4 M".
std::string counter_text(double value) {
  if (value >= 1e9) return figure_text(value * 1e-9) + " G";
  if (value >= 1e6) return figure_text(value * 1e-6) + " M";
  return figure_text(value);
}

/// In the order of the baseline's counters, which are the columns.
Row counter_row(const std::string& name, const std::map<std::string, double>& baseline,
                const std::map<std::string, double>& counters, Tone tone) {
  Row row{{}, tone};
  for (const auto& [counter, value] : baseline) {
    const auto found = counters.find(counter);
    row.cells.push_back(found == counters.end() ? "-" : counter_text(found->second));
  }
  row.cells.push_back(name);
  return row;
}

/// As many columns as a screen is wide; of more counters each has a row of its own.
constexpr std::size_t counters_abreast = 9;

/// For each finalist its counters of the workload, if it has been measured.
std::vector<std::pair<std::string, const std::map<std::string, double>*>> counters_by_settings(
    const StudyReport& report, const std::string& workload) {
  std::vector<std::pair<std::string, const std::map<std::string, double>*>> all;
  for (std::size_t i = 0; i < report.comparison_counters.size(); ++i) {
    const auto found = report.comparison_counters[i].find(workload);
    if (found != report.comparison_counters[i].end())
      all.emplace_back(settings_text(report.comparisons[i].settings), &found->second);
  }
  return all;
}

Table tall_counter_table(const StudyReport& report, const std::string& workload,
                         const std::map<std::string, double>& baseline) {
  const auto finalists = counters_by_settings(report, workload);
  Table table{fmt::format("{}, counters", printable(workload)), {}, {}};
  table.columns.push_back({"counter", Align::left});
  table.columns.push_back({"baseline: " + settings_text(report.baseline), Align::right});
  for (const auto& [settings, counters] : finalists)
    table.columns.push_back({settings, Align::right});
  for (const auto& [counter, value] : baseline) {
    Row row{{printable(counter), counter_text(value)}, Tone::plain};
    for (const auto& [settings, counters] : finalists) {
      const auto found = counters->find(counter);
      row.cells.push_back(found == counters->end() ? "-" : counter_text(found->second));
    }
    table.rows.push_back(row);
  }
  return table;
}

Table counter_table(const StudyReport& report, const std::string& workload,
                    const std::map<std::string, double>& baseline) {
  if (baseline.size() > counters_abreast) return tall_counter_table(report, workload, baseline);
  Table table{fmt::format("{}, counters", printable(workload)), {}, {}};
  for (const auto& [counter, value] : baseline)
    table.columns.push_back({printable(counter), Align::right});
  table.columns.push_back({"settings", Align::left});
  table.rows.push_back(
      counter_row("baseline: " + settings_text(report.baseline), baseline, baseline, Tone::faint));
  for (const auto& [settings, counters] : counters_by_settings(report, workload))
    table.rows.push_back(counter_row(settings, baseline, *counters, Tone::plain));
  return table;
}

Row search_row(const SearchEntry& entry) {
  const bool measured = entry.ratio_median.has_value();
  std::string state(name_of(entry.state));
  if (!entry.reason.empty()) state += ": " + printable(entry.reason);
  const Tone tone = entry.state == CandidateState::finalist ? Tone::good
                    : entry.state == CandidateState::failed ? Tone::bad
                    : measured                              ? Tone::plain
                                                            : Tone::faint;
  return {{fmt::format("#{}", entry.candidate), measured ? ratio_text(*entry.ratio_median) : "-",
           measured ? signed_percent(*entry.ratio_median - 1) : "-",
           measured ? percent(entry.outlier_rate) : "-", std::to_string(entry.rounds),
           settings_text(entry.settings), state},
          tone};
}

std::string effect_text(const KnobResponse& knob) {
  return knob.values > 1 ? signed_percent(std::expm1(knob.effect)) : "-";
}

std::string values_text(const KnobResponse& knob) {
  return knob.values > 1 ? fmt::format("{} against {}", knob.value, knob.reference) : "-";
}

Row knob_row(const KnobResponse& knob, double alpha) {
  const Tone tone = knob.finding == Finding::moves ? Tone::plain : Tone::faint;
  return {{printable(knob.knob), std::string(name_of(knob.finding)), effect_text(knob),
           bound_text(knob.bound), p_text(knob.p_corrected, alpha), p_text(knob.p),
           std::to_string(knob.values), values_text(knob)},
          tone};
}

Row reach_row(const WorkloadResponse& one, double alpha) {
  const KnobResponse& knob = one.response;
  Row row{{printable(knob.knob), printable(one.workload), reach_text(one)}, Tone::faint};
  if (!one.out_of_reach.empty()) {
    row.cells.resize(10, "-");
    row.cells.push_back(printable(one.out_of_reach));
    return row;
  }
  for (const std::string& cell :
       {effect_text(knob), bound_text(knob.bound), percent(std::expm1(one.limit)),
        p_text(knob.p_corrected, alpha), p_text(one.p_shared), p_text(knob.p),
        std::to_string(knob.values), values_text(knob)})
    row.cells.push_back(cell);
  if (knob.finding == Finding::moves) row.tone = Tone::plain;
  return row;
}

Row constraint_row(const Comparison& comparison, const ConstraintFinding& finding, double alpha) {
  const bool interval = finding.confidence > 0;
  return {{printable(finding.constraint), ratio_text(finding.ratio_median),
           interval ? fmt::format("[{}, {}]", ratio_text(finding.ratio_low),
                                  ratio_text(finding.ratio_high))
                    : "-",
           interval ? percent(finding.confidence) : "-", p_text(finding.p, alpha),
           std::to_string(finding.rounds), finding.violated ? "violated" : "not violated",
           settings_text(comparison.settings)},
          finding.violated ? Tone::bad : Tone::plain};
}

/// In the order of the first row's figures, which are the columns.
Row pareto_row(const TradeOff& one, const TradeOff& first) {
  Row row{{}, one.candidate == 0 ? Tone::faint : Tone::plain};
  for (const auto& [figure, ratio] : first.ratios) {
    const auto found = one.ratios.find(figure);
    row.cells.push_back(found == one.ratios.end() ? "-" : ratio_text(found->second));
  }
  row.cells.push_back(one.candidate == 0 ? "-" : std::to_string(one.rounds));
  row.cells.push_back((one.candidate == 0 ? "baseline: " : "") + settings_text(one.settings));
  return row;
}

}  // namespace

Table constraint_table(const StudyReport& report) {
  Table table{"Constraints: finalists against the baseline",
              {{"constraint", Align::left},
               {"ratio"},
               {"interval"},
               {"conf."},
               {"p viol."},
               {"rounds"},
               {"finding", Align::left},
               {"settings", Align::left}},
              {}};
  for (const Comparison& comparison : report.comparisons)
    for (const ConstraintFinding& finding : comparison.constraints)
      table.rows.push_back(constraint_row(comparison, finding, report.alpha));
  return table;
}

Table pareto_table(const StudyReport& report) {
  Table table{
      "Trade-offs: ratios to the baseline of what nothing measured beats in all of them", {}, {}};
  if (report.pareto.empty()) return table;
  for (const auto& [figure, ratio] : report.pareto.front().ratios)
    table.columns.push_back({printable(figure), Align::right});
  table.columns.push_back({"rounds", Align::right});
  table.columns.push_back({"settings", Align::left});
  for (const TradeOff& one : report.pareto)
    table.rows.push_back(pareto_row(one, report.pareto.front()));
  return table;
}

Table importance_table(const StudyReport& report) {
  Table table{"Knobs: which matter, by the candidates of the search",
              {{"knob", Align::left}, {"by the model"}, {"by the data"}},
              {}};
  for (const KnobImportance& one : report.importance)
    table.rows.push_back({{printable(one.knob), one.relevance ? percent(*one.relevance) : "-",
                           one.explained ? percent(*one.explained) : "-"},
                          Tone::plain});
  return table;
}

Table confirmation_table(const StudyReport& report) {
  Table table{"Confirmation: finalists against the baseline",
              {{"ratio"},
               {"change"},
               {"interval"},
               {"conf."},
               {"p Holm"},
               {"p rank"},
               {"p t"},
               {"outliers"},
               {"rounds"},
               {"finding", Align::left},
               {"settings", Align::left}},
              {}};
  for (const Comparison& comparison : report.comparisons)
    table.rows.push_back(confirmation_row(report, comparison));
  return table;
}

std::vector<Table> summary_tables(const StudyReport& report) {
  std::vector<Table> tables;
  for (const auto& [workload, baseline] : report.baseline_summaries)
    tables.push_back(summary_table(report, workload, baseline));
  return tables;
}

std::vector<Table> counter_tables(const StudyReport& report) {
  std::vector<Table> tables;
  const auto counts = [](const WorkloadCounters& counters, const std::string& workload) {
    const auto found = counters.find(workload);
    return found != counters.end() &&
           std::ranges::any_of(found->second, [](const auto& entry) { return entry.second != 0; });
  };
  for (const auto& [workload, baseline] : report.baseline_counters) {
    if (counts(report.baseline_counters, workload) ||
        std::ranges::any_of(report.comparison_counters, [&](const WorkloadCounters& counters) {
          return counts(counters, workload);
        }))
      tables.push_back(counter_table(report, workload, baseline));
  }
  return tables;
}

std::vector<SearchEntry> ranked_search(const StudyReport& report) {
  std::vector<SearchEntry> entries = report.search;
  std::ranges::stable_sort(entries, {}, [](const SearchEntry& entry) {
    return entry.ratio_median.value_or(std::numeric_limits<double>::infinity());
  });
  return entries;
}

Table search_table(const StudyReport& report, std::size_t limit) {
  Table table{"Search: candidates, best first",
              {{""},
               {"ratio"},
               {"change"},
               {"outliers"},
               {"rounds"},
               {"settings", Align::left},
               {"state", Align::left}},
              {}};
  const std::vector<SearchEntry> entries = ranked_search(report);
  const std::size_t shown = limit == 0 ? entries.size() : std::min(limit, entries.size());
  for (std::size_t i = 0; i < shown; ++i)
    table.rows.push_back(search_row(entries[i]));
  return table;
}

Table knob_table(const StudyReport& report) {
  Table table{"Knobs: does the score follow them, all else equal",
              {{"knob", Align::left},
               {"finding", Align::left},
               {"effect"},
               {"at most"},
               {"p Holm"},
               {"p knob"},
               {"values"},
               {"of", Align::left}},
              {}};
  for (const KnobResponse& knob : report.knobs)
    table.rows.push_back(knob_row(knob, report.alpha));
  return table;
}

Table reach_table(const StudyReport& report) {
  Table table{"Knobs: which workloads follow them, all else equal",
              {{"knob", Align::left},
               {"workload", Align::left},
               {"finding", Align::left},
               {"effect"},
               {"at most"},
               {"repeats"},
               {"p corr."},
               {"p shared"},
               {"p knob"},
               {"values"},
               {"of", Align::left}},
              {}};
  for (const WorkloadResponse& one : report.knob_workloads)
    table.rows.push_back(reach_row(one, report.alpha));
  return table;
}

Table reason_table(const StudyReport& report) {
  Table table{"Trials that are not complete",
              {{"trials"}, {"state", Align::left}, {"reason", Align::left}},
              {}};
  for (const TrialReason& reason : report.trials.reasons)
    table.rows.push_back({{std::to_string(reason.count), std::string(name_of(reason.state)),
                           printable(reason.reason)},
                          Tone::bad});
  return table;
}

}  // namespace moderato
