// SPDX-License-Identifier: Apache-2.0
#include "tune/explaining.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include "search/model_view.hpp"

namespace moderato {
namespace {

constexpr std::size_t fewest_candidates = 5;
constexpr double least_spread = 0.002;

std::vector<Told> told_of(const std::vector<Standing>& search) {
  std::vector<Told> told;
  for (const Standing& standing : search)
    if (standing.ratio_median)
      told.push_back({standing.candidate, {std::log(*standing.ratio_median), standing.rounds}});
  return told;
}

std::optional<double> explained_by(const std::string& knob, const std::vector<Told>& told) {
  std::map<std::int64_t, std::vector<double>> by_value;
  for (const Told& one : told)
    if (const auto value = one.candidate.settings.find(knob); value != one.candidate.settings.end())
      by_value[value->second].push_back(one.score.log_ratio);
  std::vector<std::vector<double>> groups;
  for (auto& [value, scores] : by_value)
    groups.push_back(std::move(scores));
  return explained_share(groups);
}

/// The best finalist, else the best candidate.
const Told& best_of(const std::vector<Told>& told, const std::vector<Comparison>& finalists) {
  for (const Comparison& finalist : finalists)
    for (const Told& one : told)
      if (one.candidate.settings == finalist.settings) return one;
  return *std::ranges::min_element(told, {}, [](const Told& one) { return one.score.log_ratio; });
}

}  // namespace

void explain(const StudyHeader& header, Findings& findings) {
  const auto told = told_of(findings.search);
  if (told.size() < fewest_candidates) return;
  const Told& best = best_of(told, findings.finalists);
  const SearchTask task{.space = findings.policy.space,
                        .baseline = baseline_settings(header),
                        .candidates = {},
                        .anchors = {},
                        .earlier = {},
                        .seed = header.seed,
                        .spread = std::max(findings.noise.spread, least_spread) * std::sqrt(2.0)};
  const auto view = model_view(task, told, best.candidate.number);
  for (const Parameter& parameter : findings.policy.space.parameters) {
    KnobImportance knob{.knob = parameter.knob, .relevance = {}, .explained = {}};
    knob.explained = explained_by(parameter.knob, told);
    if (view && view->relevance.contains(parameter.knob))
      knob.relevance = view->relevance.at(parameter.knob);
    findings.importance.push_back(std::move(knob));
  }
  if (view) findings.expected = Expectation{best.candidate.settings, view->log_ratio, view->sd};
}

}  // namespace moderato
