// SPDX-License-Identifier: Apache-2.0
#include "stats/tests.hpp"

#include <algorithm>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <limits>
#include <numeric>
#include <stdexcept>
#include <vector>

#include "stats/finite.hpp"
#include "stats/ranks.hpp"
#include "stats/relabelling.hpp"
#include "stats/summary.hpp"

namespace moderato {
namespace {

std::vector<double> joined(const RoundScores& round) {
  std::vector<double> all = round.candidate;
  all.insert(all.end(), round.baseline.begin(), round.baseline.end());
  all.insert(all.end(), round.others.begin(), round.others.end());
  return all;
}

/// Aligned scores of the candidate, then of the baseline.
std::vector<double> aligned(const RoundScores& round) {
  std::vector<double> scores = joined(round);
  const double middle = median(scores);
  scores.resize(round.candidate.size() + round.baseline.size());
  for (double& score : scores)
    score = on_grid(score - middle);
  return scores;
}

std::vector<RoundRanks> ranked(std::span<const RoundScores> rounds) {
  std::vector<std::vector<double>> scores;
  std::vector<std::size_t> candidates;
  std::vector<double> sorted;
  for (const RoundScores& round : rounds) {
    if (round.baseline.empty() || round.candidate.empty()) continue;
    scores.push_back(aligned(round));
    candidates.push_back(round.candidate.size());
    sorted.insert(sorted.end(), scores.back().begin(), scores.back().end());
  }
  std::ranges::sort(sorted);
  std::vector<RoundRanks> result;
  for (std::size_t i = 0; i < scores.size(); ++i) {
    result.push_back({{}, candidates[i]});
    for (double score : scores[i])
      result[i].doubled.push_back(doubled_rank(sorted, score));
  }
  return result;
}

Tails tails_of(std::span<const RoundScores> rounds, std::uint64_t seed) {
  const std::vector<RoundRanks> ranks = ranked(rounds);
  if (ranks.size() < 2) return {};
  return exact_steps(ranks) <= exact_limit ? exact_tails(ranks)
                                           : drawn_tails(ranks, seed, relabelling_draws);
}

}  // namespace

double aligned_rank_test(std::span<const RoundScores> rounds, std::uint64_t seed) {
  const Tails tails = tails_of(rounds, seed);
  return std::min(1.0, 2 * std::min(tails.at_most, tails.at_least));
}

double higher_test(std::span<const RoundScores> rounds, std::uint64_t seed) {
  return tails_of(rounds, seed).at_least;
}

TTest paired_t_test(std::span<const double> log_ratios) {
  const Summary summary = summarize(log_ratios);
  TTest test{.n = summary.n, .mean = summary.mean};
  if (summary.n < 2) return test;
  if (summary.sd == 0) {
    if (summary.mean == 0) return test;
    test.t = std::copysign(std::numeric_limits<double>::infinity(), summary.mean);
    test.p = 0;
    return test;
  }
  const double n = static_cast<double>(summary.n);
  test.t = summary.mean / (summary.sd / std::sqrt(n));
  const boost::math::students_t_distribution<double> distribution(n - 1);
  test.p = 2 * boost::math::cdf(boost::math::complement(distribution, std::abs(test.t)));
  return test;
}

std::vector<double> holm(std::span<const double> p_values) {
  require_finite(p_values, "holm");
  for (double p : p_values)
    if (p < 0 || p > 1) throw std::invalid_argument("holm: a p-value is not between 0 and 1");
  std::vector<std::size_t> order(p_values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, {}, [&](std::size_t i) { return p_values[i]; });
  std::vector<double> adjusted(p_values.size());
  double largest = 0;
  for (std::size_t rank = 0; rank < order.size(); ++rank) {
    const double hypotheses_left = static_cast<double>(order.size() - rank);
    largest = std::max(largest, std::min(1.0, hypotheses_left * p_values[order[rank]]));
    adjusted[order[rank]] = largest;
  }
  return adjusted;
}

}  // namespace moderato
