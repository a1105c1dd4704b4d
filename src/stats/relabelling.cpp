// SPDX-License-Identifier: Apache-2.0
#include "stats/relabelling.hpp"

#include <algorithm>
#include <map>
#include <numeric>
#include <random>

#include "stats/ranks.hpp"

namespace moderato {
namespace {

using SumWays = std::map<std::int64_t, double>;  ///< rank sum -> ways or probability

/// Probability of each rank sum when `candidates` of the round's ranks are drawn.
SumWays sums_of(const RoundRanks& round) {
  std::vector<SumWays> ways(round.candidates + 1);  // by how many ranks are taken
  ways[0][0] = 1;
  for (std::int64_t rank : round.doubled)
    for (std::size_t taken = round.candidates; taken > 0; --taken)
      for (auto [sum, count] : ways[taken - 1])
        ways[taken][sum + rank] += count;
  SumWays& all = ways.back();
  double total = 0;
  for (auto [sum, count] : all)
    total += count;
  for (auto& [sum, count] : all)
    count /= total;
  return all;
}

/// Probabilities of consecutive sums from `lowest` on.
struct SumDistribution {
  std::int64_t lowest = 0;
  std::vector<double> probability{1};
};

SumDistribution add_round(const SumDistribution& before, const SumWays& round) {
  const std::int64_t low = round.begin()->first, high = round.rbegin()->first;
  SumDistribution after{before.lowest + low, {}};
  after.probability.resize(before.probability.size() + static_cast<std::size_t>(high - low));
  for (auto [sum, weight] : round) {
    const auto shift = static_cast<std::size_t>(sum - low);
    for (std::size_t i = 0; i < before.probability.size(); ++i)
      after.probability[i + shift] += before.probability[i] * weight;
  }
  return after;
}

/// Between the smallest and the largest sum that the round can give.
std::int64_t range_of(const RoundRanks& round) {
  std::vector<std::int64_t> ranks = round.doubled;
  std::ranges::sort(ranks);
  const auto k = static_cast<std::ptrdiff_t>(round.candidates);
  return std::accumulate(ranks.end() - k, ranks.end(), std::int64_t{0}) -
         std::accumulate(ranks.begin(), ranks.begin() + k, std::int64_t{0});
}

/// Ways to label the round, at most `limit`.
double labellings(const RoundRanks& round, double limit) {
  double ways = 1;
  const std::size_t n = round.doubled.size();
  for (std::size_t i = 0; i < round.candidates && ways < limit; ++i)
    ways = ways * static_cast<double>(n - i) / static_cast<double>(i + 1);
  return std::min(ways, limit);
}

/// Shuffles `ranks` as far as needed to draw the candidate's (Fisher-Yates); their sum.
std::int64_t draw_sum(RoundRanks& round, std::mt19937_64& generator) {
  std::int64_t sum = 0;
  for (std::size_t i = 0; i < round.candidates; ++i) {
    const std::size_t pick = i + below(round.doubled.size() - i, generator);
    std::swap(round.doubled[i], round.doubled[pick]);
    sum += round.doubled[i];
  }
  return sum;
}

}  // namespace

std::int64_t candidate_sum(std::span<const RoundRanks> rounds) {
  std::int64_t sum = 0;
  for (const RoundRanks& round : rounds)
    for (std::size_t i = 0; i < round.candidates; ++i)
      sum += round.doubled[i];
  return sum;
}

double exact_steps(std::span<const RoundRanks> rounds) {
  double steps = 0, sums = 1;
  for (const RoundRanks& round : rounds) {
    const double range = static_cast<double>(range_of(round));
    const double distinct = labellings(round, range + 1);
    steps += static_cast<double>(round.doubled.size() * round.candidates) * distinct;
    steps += sums * distinct;
    sums += range;
  }
  return steps;
}

Tails exact_tails(std::span<const RoundRanks> rounds) {
  SumDistribution sums;
  for (const RoundRanks& round : rounds)
    sums = add_round(sums, sums_of(round));
  const auto seen = static_cast<std::size_t>(candidate_sum(rounds) - sums.lowest);
  Tails tails{0, 0};
  for (std::size_t i = 0; i <= seen; ++i)
    tails.at_most += sums.probability[i];
  for (std::size_t i = sums.probability.size(); i-- > seen;)
    tails.at_least += sums.probability[i];
  return {std::min(1.0, tails.at_most),
          std::min(1.0, tails.at_least)};  // a sum of thirds may not be
}

Tails drawn_tails(std::span<const RoundRanks> rounds, std::uint64_t seed, int draws) {
  std::mt19937_64 generator(seed);
  std::vector<RoundRanks> shuffled(rounds.begin(), rounds.end());
  const std::int64_t seen = candidate_sum(rounds);
  int at_most = 1, at_least = 1;  // the seen labelling is one of them
  for (int draw = 0; draw < draws; ++draw) {
    std::int64_t sum = 0;
    for (RoundRanks& round : shuffled)
      sum += draw_sum(round, generator);
    at_most += sum <= seen;
    at_least += sum >= seen;
  }
  const double all = draws + 1.0;
  return {at_most / all, at_least / all};
}

}  // namespace moderato
