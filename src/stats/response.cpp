// SPDX-License-Identifier: Apache-2.0
#include "stats/response.hpp"

#include <algorithm>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <limits>
#include <map>

#include "stats/summary.hpp"
#include "stats/tests.hpp"

namespace moderato {
namespace {

constexpr double unknown = std::numeric_limits<double>::infinity();
/// With fewer differences outliers pass for the noise, and any effect is small beside them.
constexpr std::size_t enough_for_noise = 5;
/// An effect of a quarter matters to anybody. On a machine so noisy that it cannot be ruled out, a
/// knob that does much would pass for inert.
const double matters_to_anybody = std::log(1.25);
/// Standard error of a median of many normal values, in standard errors of their mean.
constexpr double median_error = 1.2533;

/// log scores by value: one a value and block.
using ScoresByValue = std::map<std::int64_t, double>;

ScoresByValue scores_of(const Block& block) {
  std::map<std::int64_t, std::vector<double>> all;
  for (const ValueScore& trial : block.trials)
    all[trial.value].push_back(trial.log_score);
  ScoresByValue scores;
  for (const auto& [value, repeats] : all)
    scores[value] = median(repeats);
  return scores;
}

std::vector<Block> comparing_blocks(const KnobTrials& knob) {
  std::vector<Block> blocks;
  for (const auto* phase : {&knob.search, &knob.confirm})
    std::ranges::copy_if(*phase, std::back_inserter(blocks), compares);
  return blocks;
}

/// How many blocks each value is in.
std::map<std::int64_t, int> blocks_by_value(std::span<const Block> blocks) {
  std::map<std::int64_t, int> counts;
  for (const Block& block : blocks)
    for (const auto& [value, score] : scores_of(block))
      ++counts[value];
  return counts;
}

/// The value that most others met; the baseline's where it is as good as any.
std::int64_t choose_reference(const std::map<std::int64_t, int>& counts,
                              std::optional<std::int64_t> baseline) {
  const auto most =
      std::ranges::max_element(counts, {}, [](const auto& entry) { return entry.second; })->first;
  const bool as_good =
      baseline && counts.contains(*baseline) && counts.at(*baseline) == counts.at(most);
  return as_good ? *baseline : most;
}

/// Log ratios of one value to the reference, by context.
using Differences = std::map<int, std::vector<double>>;

std::map<std::int64_t, Differences> differences_from(std::int64_t reference,
                                                     std::span<const Block> blocks) {
  std::map<std::int64_t, Differences> differences;
  for (const Block& block : blocks) {
    const ScoresByValue scores = scores_of(block);
    const auto base = scores.find(reference);
    if (base == scores.end()) continue;
    for (const auto& [value, score] : scores)
      if (value != reference) differences[value][block.context].push_back(score - base->second);
  }
  return differences;
}

double pooled_median(const Differences& by_context) {
  std::vector<double> all;
  for (const auto& [context, some] : by_context)
    all.insert(all.end(), some.begin(), some.end());
  return median(all);
}

/// One-sided 95 % bound of |effect| from `differences` of one value in one context.
double bound_of(std::span<const double> differences, const Repeatability& noise) {
  if (noise.n < enough_for_noise) return unknown;
  const boost::math::students_t_distribution<double> t(static_cast<double>(noise.n));
  const double n = static_cast<double>(differences.size());
  const double error = noise.sd * std::min(1.0, median_error / std::sqrt(n));
  return std::abs(median(differences)) + boost::math::quantile(t, 0.95) * error;
}

void measure_effects(KnobResponse& response, const KnobTrials& knob, const Repeatability& noise) {
  const std::vector<Block> blocks = comparing_blocks(knob);
  const auto counts = blocks_by_value(blocks);
  response.values = static_cast<int>(counts.size());
  response.bound = unknown;
  if (blocks.empty()) return;
  response.reference = choose_reference(counts, knob.baseline);
  const auto differences = differences_from(response.reference, blocks);
  if (differences.size() + 1 == counts.size()) response.bound = 0;  // else some value never met it
  for (const auto& [value, by_context] : differences) {
    const double effect = pooled_median(by_context);
    if (std::abs(effect) >= std::abs(response.effect)) {
      response.effect = effect;
      response.value = value;
    }
    for (const auto& [context, some] : by_context)
      response.bound = std::max(response.bound, bound_of(some, noise));
  }
}

/// Twice the smaller of the two (Bonferroni), since a knob moves if either shows it. A part that
/// could not reject anything, whatever its scores, would only dilute the other. Nothing: neither
/// could.
std::optional<double> combined_p(const KnobTrials& knob, double alpha, std::uint64_t seed,
                                 int draws) {
  std::vector<double> parts;
  for (const auto* phase : {&knob.search, &knob.confirm})
    if (least_p(*phase) <= alpha) parts.push_back(association_test(*phase, seed, draws));
  if (parts.empty()) return std::nullopt;
  return std::min(1.0, static_cast<double>(parts.size()) * std::ranges::min(parts));
}

/// Holm over the knobs that could be tested; the others are no hypotheses.
void correct(std::vector<KnobResponse>& responses, const std::vector<std::size_t>& tested) {
  std::vector<double> p_values;
  for (std::size_t i : tested)
    p_values.push_back(responses[i].p);
  const std::vector<double> corrected = holm(p_values);
  for (std::size_t i = 0; i < tested.size(); ++i)
    responses[tested[i]].p_holm = corrected[i];
}

Finding finding_of(const KnobResponse& response, const Repeatability& noise, double alpha) {
  if (response.p_holm <= alpha) return Finding::moves;
  const double margin = std::min(2 * noise.limit, matters_to_anybody);
  const bool small = std::abs(response.effect) <= noise.limit && response.bound <= margin;
  return response.p > alpha && response.values > 1 && small ? Finding::inert : Finding::unclear;
}

}  // namespace

std::string_view name_of(Finding finding) {
  switch (finding) {
    case Finding::moves:
      return "moves";
    case Finding::inert:
      return "inert";
    case Finding::unclear:
      return "unclear";
  }
  return "";
}

std::vector<KnobResponse> responses_of(std::span<const KnobTrials> knobs,
                                       const Repeatability& noise, double alpha, std::uint64_t seed,
                                       int draws) {
  std::vector<KnobResponse> responses;
  std::vector<std::size_t> tested;
  for (const KnobTrials& knob : knobs) {
    responses.push_back({.knob = knob.knob});
    measure_effects(responses.back(), knob, noise);
    if (const auto p = combined_p(knob, alpha, seed, draws)) {
      responses.back().p = *p;
      tested.push_back(responses.size() - 1);
    }
  }
  correct(responses, tested);
  for (KnobResponse& response : responses)
    response.finding = finding_of(response, noise, alpha);
  return responses;
}

}  // namespace moderato
