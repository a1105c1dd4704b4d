// SPDX-License-Identifier: Apache-2.0
#include "report/study_words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/printing.hpp"

namespace moderato {
namespace {

/// From here on the usual digits do; below, they would say "no change" of what was proven.
constexpr double usual = 0.00095;
/// Of a smaller change nothing is told: sums of doubles differ by as much.
constexpr double least = 5e-7;

bool is_small(double change) {
  return std::abs(change) >= least && std::abs(change) < usual;
}

/// That show two significant digits.
int decimals_for(double small) {
  return 1 - static_cast<int>(std::floor(std::log10(std::abs(small)) + 1e-9));
}

}  // namespace

std::string percent(double relative) {
  if (is_small(relative))
    return fmt::format("{:.{}f} %", 100 * relative, decimals_for(100 * relative));
  const double rounded = std::round(relative * 1000) / 10;
  return fmt::format("{:.1f} %", rounded == 0 ? 0 : rounded);  // no "-0.0 %"
}

std::string signed_percent(double relative) {
  const std::string text = percent(relative);
  return relative >= least ? "+" + text : text;
}

std::string ratio_text(double ratio) {
  return fmt::format("{:.{}f}", ratio, is_small(ratio - 1) ? decimals_for(ratio - 1) : 3);
}

std::string p_text(double p, double alpha) {
  if (p < 0.0001) return "<0.0001";
  if (!(p < 0.9995)) return "1";
  constexpr int most_digits = 9;
  int digits = p < 0.1 ? 4 : 3;
  std::string text = fmt::format("{:.{}f}", p, digits);
  while (p > alpha && std::stod(text) <= alpha && digits < most_digits)
    text = fmt::format("{:.{}f}", p, ++digits);
  return text;
}

std::string figure_text(double value) {
  if (value == 0) return "0";
  const int digits_before = static_cast<int>(std::floor(std::log10(std::abs(value)))) + 1;
  return fmt::format("{:.{}f}", value, std::clamp(4 - digits_before, 0, 9));
}

std::string duration_text(double seconds) {
  if (seconds < 60) return fmt::format("{:.1f} s", seconds);
  const auto whole = static_cast<long long>(seconds);
  if (whole < 3600) return fmt::format("{} min {} s", whole / 60, whole % 60);
  return fmt::format("{} h {} min", whole / 3600, whole / 60 % 60);
}

std::string settings_text(const Settings& settings) {
  if (settings.empty()) return "(no settings)";
  std::string text;
  for (const auto& [knob, value] : settings)
    text += fmt::format("{}{}={}", text.empty() ? "" : " ", knob, value);
  return printable(text);
}

std::string interval_text(const Comparison& comparison) {
  if (comparison.confidence <= 0) return "-";
  return fmt::format("[{}, {}]", ratio_text(comparison.ratio_low),
                     ratio_text(comparison.ratio_high));
}

std::string bound_text(double bound) {
  return std::isfinite(bound) ? percent(std::expm1(bound)) : "?";
}

std::string reach_text(const WorkloadResponse& response) {
  return response.out_of_reach.empty() ? std::string(name_of(response.response.finding))
                                       : "out of reach";
}

bool is_significant(const Comparison& comparison, double alpha) {
  return comparison.p_holm <= alpha;
}

std::string constraint_text(const ConstraintFinding& finding) {
  const std::string interval =
      finding.confidence > 0
          ? fmt::format(" [{}, {}]", ratio_text(finding.ratio_low), ratio_text(finding.ratio_high))
          : std::string();
  return fmt::format("{}: {}{}", printable(finding.constraint), ratio_text(finding.ratio_median),
                     interval);
}

std::string finding_text(const StudyReport& report, const Comparison& comparison) {
  for (const ConstraintFinding& finding : comparison.constraints)
    if (finding.violated) return "violates " + constraint_text(finding);
  if (comparison.fails()) return "failing";
  if (comparison.tested_rounds == 0) return report.outcome ? "fell behind" : "not tested yet";
  if (!is_significant(comparison, report.alpha)) return "not significant";
  return comparison.ratio_median < 1 ? "significantly better" : "significantly worse";
}

const Comparison* chosen_comparison(const StudyReport& report) {
  const auto found = std::ranges::find(report.comparisons, report.asked.value_or(report.chosen),
                                       &Comparison::settings);
  return found == report.comparisons.end() ? nullptr : &*found;
}

}  // namespace moderato
