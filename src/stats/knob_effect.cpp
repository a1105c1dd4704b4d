// SPDX-License-Identifier: Apache-2.0
#include "stats/knob_effect.hpp"

#include <algorithm>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <limits>
#include <map>

#include "stats/summary.hpp"

namespace moderato {
namespace {

constexpr double unknown = std::numeric_limits<double>::infinity();
/// With fewer differences outliers pass for the noise, and any effect is small beside them.
constexpr std::size_t enough_for_noise = 5;
/// Each pass halves what is left to be told apart, or better.
constexpr int polish_passes = 20;
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

/// What one value adds to the log score in one context.
struct Level {
  double level = 0;
  std::size_t blocks = 0;
};
using Levels = std::map<std::int64_t, Level>;

/// Blocks that go fast or slow are told from values that do by median polish (Tukey, Exploratory
/// Data Analysis, 1977): in turn each block's speed and each value's level are the medians of what
/// the other leaves over. With differences to one trial of the reference an outlier of that trial
/// would be an effect of every value that was measured just once.
Levels polished_levels(const std::vector<ScoresByValue>& blocks) {
  Levels levels;
  for (int pass = 0; pass < polish_passes; ++pass) {
    std::map<std::int64_t, std::vector<double>> left_over;
    for (const ScoresByValue& scores : blocks) {
      std::vector<double> speeds;
      for (const auto& [value, score] : scores)
        speeds.push_back(score - levels[value].level);
      const double speed = median(speeds);
      for (const auto& [value, score] : scores)
        left_over[value].push_back(score - speed);
    }
    for (const auto& [value, some] : left_over)
      levels[value] = {median(some), some.size()};
  }
  return levels;
}

std::map<int, Levels> levels_by_context(std::span<const Block> blocks) {
  std::map<int, std::vector<ScoresByValue>> scores;
  for (const Block& block : blocks)
    scores[block.context].push_back(scores_of(block));
  std::map<int, Levels> levels;
  for (const auto& [context, some] : scores)
    levels[context] = polished_levels(some);
  return levels;
}

/// The effect of one value in one context.
struct Effect {
  double size = 0;
  std::size_t blocks = 0;  ///< that it rests on
};

std::map<std::int64_t, std::vector<Effect>> effects_from(std::int64_t reference,
                                                         std::span<const Block> blocks) {
  std::map<std::int64_t, std::vector<Effect>> effects;
  for (const auto& [context, levels] : levels_by_context(blocks)) {
    const auto base = levels.find(reference);
    if (base == levels.end()) continue;
    for (const auto& [value, level] : levels)
      if (value != reference)
        effects[value].push_back(
            {level.level - base->second.level, std::min(level.blocks, base->second.blocks)});
  }
  return effects;
}

/// Over the contexts, each as often as it was measured.
double typical(const std::vector<Effect>& effects) {
  std::vector<double> sizes;
  for (const Effect& effect : effects)
    sizes.insert(sizes.end(), effect.blocks, effect.size);
  return median(sizes);
}

/// One-sided 95 % bound of |effect|.
double bound_of(const Effect& effect, const Repeatability& noise) {
  if (noise.n < enough_for_noise) return unknown;
  const boost::math::students_t_distribution<double> t(static_cast<double>(noise.n));
  const double n = static_cast<double>(effect.blocks);
  const double error = noise.sd * std::min(1.0, median_error / std::sqrt(n));
  return std::abs(effect.size) + boost::math::quantile(t, 0.95) * error;
}

}  // namespace

void measure_effects(KnobResponse& response, const KnobTrials& knob, const Repeatability& noise) {
  const std::vector<Block> blocks = comparing_blocks(knob);
  const auto counts = blocks_by_value(blocks);
  response.values = static_cast<int>(counts.size());
  response.bound = unknown;
  if (blocks.empty()) return;
  response.reference = choose_reference(counts, knob.baseline);
  const auto effects = effects_from(response.reference, blocks);
  if (effects.size() + 1 == counts.size()) response.bound = 0;  // else some value never met it
  for (const auto& [value, by_context] : effects) {
    const double effect = typical(by_context);
    if (std::abs(effect) >= std::abs(response.effect)) {
      response.effect = effect;
      response.value = value;
    }
    for (const Effect& one : by_context)
      response.bound = std::max(response.bound, bound_of(one, noise));
  }
}

}  // namespace moderato
