// SPDX-License-Identifier: Apache-2.0
#include "stats/association.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <random>
#include <stdexcept>

#include "stats/finite.hpp"
#include "stats/ranks.hpp"
#include "stats/summary.hpp"

namespace moderato {
namespace {

/// The trials of one block: which value each had, as an index, and its rank less the block's mean.
struct RankedBlock {
  std::vector<std::size_t> values;
  std::vector<double> ranks;
};

std::vector<double> aligned(const Block& block) {
  std::vector<double> scores;
  for (const ValueScore& trial : block.trials)
    scores.push_back(trial.log_score);
  require_finite(scores, "association_test");
  const double middle = median(scores);
  for (double& score : scores)
    score = on_grid(score - middle);
  return scores;
}

std::vector<double> centred_ranks(const std::vector<double>& scores,
                                  const std::vector<double>& sorted) {
  std::vector<double> ranks;
  double sum = 0;
  for (double score : scores) {
    ranks.push_back(static_cast<double>(doubled_rank(sorted, score)));
    sum += ranks.back();
  }
  for (double& rank : ranks)
    rank -= sum / static_cast<double>(ranks.size());
  return ranks;
}

/// The values that met others, each with an index.
std::map<std::int64_t, std::size_t> indices_of(std::span<const Block> blocks) {
  std::map<std::int64_t, std::size_t> indices;
  for (const Block& block : blocks)
    for (const ValueScore& trial : block.trials)
      if (compares(block)) indices.emplace(trial.value, indices.size());
  return indices;
}

std::vector<RankedBlock> ranked(std::span<const Block> blocks,
                                const std::map<std::int64_t, std::size_t>& indices) {
  std::vector<RankedBlock> result;
  std::vector<std::vector<double>> scores;
  std::vector<double> sorted;
  for (const Block& block : blocks) {
    if (!compares(block)) continue;
    scores.push_back(aligned(block));
    sorted.insert(sorted.end(), scores.back().begin(), scores.back().end());
    result.emplace_back();
    for (const ValueScore& trial : block.trials)
      result.back().values.push_back(indices.at(trial.value));
  }
  std::ranges::sort(sorted);
  for (std::size_t i = 0; i < result.size(); ++i)
    result[i].ranks = centred_ranks(scores[i], sorted);
  return result;
}

std::vector<double> trials_by_value(const std::vector<RankedBlock>& blocks, std::size_t values) {
  std::vector<double> trials(values, 0);
  for (const RankedBlock& block : blocks)
    for (std::size_t value : block.values)
      ++trials[value];
  return trials;
}

double statistic(const std::vector<RankedBlock>& blocks, const std::vector<double>& trials) {
  std::vector<double> sums(trials.size(), 0);
  for (const RankedBlock& block : blocks)
    for (std::size_t i = 0; i < block.values.size(); ++i)
      sums[block.values[i]] += block.ranks[i];
  double total = 0;
  for (std::size_t value = 0; value < sums.size(); ++value)
    total += std::pow(sums[value], 4) / (trials[value] * trials[value]);
  return total;
}

void shuffle(std::vector<double>& ranks, std::mt19937_64& generator) {
  for (std::size_t i = ranks.size(); i > 1; --i)
    std::swap(ranks[i - 1], ranks[below(i, generator)]);
}

/// One figure under relabelling. All figures draw from generators of the same seed, so that their
/// trials are exchanged alike.
struct Relabelled {
  std::vector<RankedBlock> blocks;
  double seen = 0;
  std::mt19937_64 generator;
  double drawn = 0;
  int as_large = 1, as_large_any = 1;  // the seen labelling is one of them
};

Relabelled relabelled(const std::vector<Block>& figure, std::uint64_t seed,
                      const std::map<std::int64_t, std::size_t>& indices,
                      const std::vector<double>& trials) {
  Relabelled result{.blocks = ranked(figure, indices), .generator = std::mt19937_64(seed)};
  // Sums of the same ranks in another order may differ in their last bits.
  result.seen = statistic(result.blocks, trials) * (1 - 1e-9);
  return result;
}

void draw(std::vector<Relabelled>& figures, const std::vector<double>& trials) {
  double largest = 0;
  for (Relabelled& figure : figures) {
    for (RankedBlock& block : figure.blocks)
      shuffle(block.ranks, figure.generator);
    figure.drawn = statistic(figure.blocks, trials);
    largest = std::max(largest, figure.drawn);
  }
  for (Relabelled& figure : figures) {
    figure.as_large += figure.drawn >= figure.seen;
    figure.as_large_any += largest >= figure.seen;
  }
}

void require_same_trials(std::span<const std::vector<Block>> figures) {
  const auto alike = [](const Block& a, const Block& b) {
    return std::ranges::equal(a.trials, b.trials, {}, &ValueScore::value, &ValueScore::value);
  };
  for (const std::vector<Block>& figure : figures)
    if (!std::ranges::equal(figure, figures.front(), alike))
      throw std::invalid_argument("association_tests: the figures are not of the same trials");
}

/// log of n! / (product of the factorials of how often each value stands there)
double log_labellings(const Block& block) {
  std::map<std::int64_t, int> counts;
  for (const ValueScore& trial : block.trials)
    ++counts[trial.value];
  double ways = std::lgamma(static_cast<double>(block.trials.size()) + 1);
  for (const auto& [value, count] : counts)
    ways -= std::lgamma(count + 1.0);
  return ways;
}

}  // namespace

bool compares(const Block& block) {
  return std::ranges::any_of(block.trials, [&](const ValueScore& trial) {
    return trial.value != block.trials.front().value;
  });
}

double association_test(std::span<const Block> blocks, std::uint64_t seed, int draws) {
  const std::vector<Block> figure(blocks.begin(), blocks.end());
  return association_tests({&figure, 1}, seed, draws).front().p;
}

std::vector<FigureTest> association_tests(std::span<const std::vector<Block>> figures,
                                          std::uint64_t seed, int draws) {
  require_same_trials(figures);
  std::vector<FigureTest> tests(figures.size());
  if (figures.empty() || std::ranges::count_if(figures.front(), compares) < 2) return tests;
  const auto indices = indices_of(figures.front());
  const auto trials = trials_by_value(ranked(figures.front(), indices), indices.size());
  std::vector<Relabelled> all;
  for (const std::vector<Block>& figure : figures)
    all.push_back(relabelled(figure, seed, indices, trials));
  for (int i = 0; i < draws; ++i)
    draw(all, trials);
  for (std::size_t i = 0; i < all.size(); ++i)
    tests[i] = {all[i].as_large / (draws + 1.0), all[i].as_large_any / (draws + 1.0)};
  return tests;
}

double least_p(std::span<const Block> blocks) {
  double labellings = 0;
  for (const Block& block : blocks)
    if (compares(block)) labellings += log_labellings(block);
  const double renamings = std::lgamma(static_cast<double>(indices_of(blocks).size()) + 1);
  return std::min(1.0, std::exp(renamings - labellings));
}

}  // namespace moderato
