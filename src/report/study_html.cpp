// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "report/html.hpp"
#include "report/html_style.hpp"
#include "report/study.hpp"
#include "report/study_tables.hpp"
#include "report/study_words.hpp"
#include "report/svg.hpp"

namespace moderato {
namespace {

std::string heading(const std::string& text) {
  return "\n" + element("h2", text) + "\n";
}

std::string paragraphs(const std::vector<std::string>& texts, const std::string& tag) {
  std::string html;
  for (const std::string& text : texts)
    html += element(tag, text) + "\n";
  return html;
}

std::string terms_html(const Terms& terms) {
  std::string html;
  for (const auto& [term, meaning] : terms)
    html += element("dt", term) + element("dd", meaning) + "\n";
  return raw_element("dl", "\n" + html) + "\n";
}

std::string verdict_html(const Verdict& verdict) {
  return raw_element("div", "\n" + paragraphs(verdict.sentences, "p"),
                     {{"class", "verdict " + tone_class(verdict.tone)}}) +
         "\n";
}

std::string figure(const std::string& svg, const std::string& caption) {
  return raw_element("figure", "\n" + svg + element("figcaption", caption)) + "\n";
}

double floor_of(const StudyReport& report) {
  return report.noise ? report.noise->floor : 0;
}

std::string band_words(const StudyReport& report) {
  return floor_of(report) > 0
             ? " Band: noise floor, within which nearly all pairs of the calibration lie."
             : "";
}

std::string confirmation_figure(const StudyReport& report) {
  std::vector<IntervalMark> marks;
  for (const Comparison& comparison : report.comparisons) {
    if (comparison.rounds == 0) continue;
    const bool interval = comparison.confidence > 0;
    marks.push_back(
        {settings_text(comparison.settings), comparison.ratio_median,
         interval ? comparison.ratio_low : comparison.ratio_median,
         interval ? comparison.ratio_high : comparison.ratio_median,
         is_significant(comparison, report.alpha),
         report.outcome == Outcome::improved && &comparison == chosen_comparison(report)});
  }
  if (marks.empty()) return "";
  return figure(interval_plot(marks, floor_of(report)),
                "Dot: median ratio; whisker: its interval. Filled: significant after Holm's "
                "correction; hollow: not. Green: chosen. Dashed line: the baseline." +
                    band_words(report));
}

std::string search_figure(const StudyReport& report) {
  std::vector<DotMark> marks;
  for (const SearchEntry& entry : ranked_search(report))
    if (entry.ratio_median)
      marks.push_back({fmt::format("#{} {}", entry.candidate, settings_text(entry.settings)),
                       *entry.ratio_median, entry.state == CandidateState::finalist});
  if (marks.empty()) return "";
  return figure(
      dot_plot(marks, floor_of(report)),
      "Large, green: finalists, which went on to the confirmation. Dashed line: the baseline." +
          band_words(report));
}

std::string confirmation_section(const StudyReport& report) {
  if (report.comparisons.empty()) return "";
  std::string html = heading("Confirmation") + confirmation_figure(report) +
                     table_html(confirmation_table(report));
  if (const Table table = constraint_table(report); !table.rows.empty()) html += table_html(table);
  for (const Table& table : summary_tables(report))
    html += table_html(table);
  for (const Table& table : counter_tables(report))
    html += table_html(table);
  return html;
}

std::string trade_offs_section(const StudyReport& report) {
  if (report.pareto.empty()) return "";
  return heading("Trade-offs") + table_html(pareto_table(report));
}

std::string knobs_section(const StudyReport& report) {
  if (report.knobs.empty() && report.importance.empty()) return "";
  std::string html = heading("Knobs");
  if (!report.importance.empty()) html += table_html(importance_table(report));
  if (!report.knobs.empty()) html += table_html(knob_table(report));
  if (!report.knob_workloads.empty()) html += table_html(reach_table(report));
  return html;
}

std::string search_section(const StudyReport& report) {
  if (report.search.empty()) return "";
  return heading("Search") +
         element("p",
                 "Search-time figures choose the finalists; they claim nothing, since the best "
                 "of many looks better than it is.") +
         "\n" + search_figure(report) + table_html(search_table(report, 0));
}

std::string reasons_section(const StudyReport& report) {
  if (report.trials.reasons.empty()) return "";
  return heading("Failed and void trials") + table_html(reason_table(report));
}

std::string notes_section(const StudyReport& report) {
  if (report.notes.empty()) return "";
  return heading("Notes") + raw_element("ul", "\n" + paragraphs(report.notes, "li")) + "\n";
}

std::string head(const StudyReport& report) {
  // The policy keeps the page self-contained even where an unescaped text should slip through.
  return "<meta charset=\"utf-8\">\n"
         "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
         "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
         "style-src 'unsafe-inline'\">\n" +
         element("title", "moderato: " + report.name) + "\n" + raw_element("style", html_style) +
         "\n";
}

}  // namespace

std::string study_html(const StudyReport& report) {
  const std::string body =
      "\n" + element("h1", "Study " + report.name) + "\n" + verdict_html(verdict_of(report)) +
      terms_html(study_facts(report)) + confirmation_section(report) + trade_offs_section(report) +
      knobs_section(report) + notes_section(report) + search_section(report) +
      reasons_section(report) + heading("Legend") + terms_html(study_legend(report));
  return "<!DOCTYPE html>\n" +
         raw_element("html",
                     "\n" + raw_element("head", "\n" + head(report)) + "\n" +
                         raw_element("body", raw_element("main", body)) + "\n",
                     {{"lang", "en"}}) +
         "\n";
}

}  // namespace moderato
