// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "core/printing.hpp"
#include "report/study.hpp"
#include "report/study_tables.hpp"

namespace moderato {
namespace {

constexpr std::size_t line_width = 100;

std::string heading(const std::string& text, bool colour) {
  return colour ? fmt::format("\n\x1b[1m{}\x1b[0m\n", text) : fmt::format("\n{}\n", text);
}

/// Words of `text` in lines of at most `line_width`, the first after `lead`, the others under it.
std::string wrapped(const std::string& lead, const std::string& text) {
  std::string result, line = lead;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find(' ', begin), text.size());
    const std::string word = text.substr(begin, end - begin);
    if (width_of(line) + width_of(word) > line_width && width_of(line) > width_of(lead)) {
      result += line.substr(0, line.find_last_not_of(' ') + 1) + "\n";
      line = std::string(width_of(lead), ' ');
    }
    line += word + " ";
    begin = end + 1;
  }
  return result + line.substr(0, line.find_last_not_of(' ') + 1) + "\n";
}

std::string terms_text(const Terms& terms) {
  std::size_t width = 0;
  for (const auto& [term, meaning] : terms)
    width = std::max(width, width_of(term));
  std::string text;
  for (const auto& [term, meaning] : terms)
    text += wrapped(fmt::format("  {:<{}}  ", term, width), meaning);
  return text;
}

std::string verdict_text(const Verdict& verdict, bool colour) {
  std::string text;
  for (const std::string& sentence : verdict.sentences)
    text += wrapped("  ", sentence);
  return toned(text, verdict.tone, colour);
}

std::string table_section(const Table& table, bool colour) {
  if (table.rows.empty()) return "";
  return heading(table.caption, colour) + table_text(table, colour);
}

std::string search_section(const StudyReport& report, const TextOptions& options) {
  const Table table = search_table(report, options.search_rows);
  std::string text = table_section(table, options.colour);
  if (const std::size_t left = report.search.size() - table.rows.size(); left > 0)
    text += fmt::format("  ... and {} more candidates, in the HTML and JSON report\n", left);
  return text;
}

std::string notes_section(const StudyReport& report, bool colour) {
  if (report.notes.empty()) return "";
  std::string text = heading("Notes", colour);
  for (const std::string& note : report.notes)
    text += wrapped("  - ", printable(note));
  return text;
}

}  // namespace

std::string study_text(const StudyReport& report, const TextOptions& options) {
  const bool colour = options.colour;
  std::string text = heading("Study " + printable(report.name), colour).substr(1);
  text += terms_text(study_facts(report));
  text += search_section(report, options);
  text += table_section(reason_table(report), colour);
  text += table_section(confirmation_table(report), colour);
  text += table_section(constraint_table(report), colour);
  text += table_section(pareto_table(report), colour);
  text += table_section(importance_table(report), colour);
  text += table_section(knob_table(report), colour);
  text += table_section(reach_table(report), colour);
  for (const Table& table : summary_tables(report))
    text += table_section(table, colour);
  for (const Table& table : counter_tables(report))
    text += table_section(table, colour);
  text += heading("Verdict", colour) + verdict_text(verdict_of(report), colour);
  text += notes_section(report, colour);
  text += heading("Legend", colour) + terms_text(study_legend(report));
  return text;
}

}  // namespace moderato
