// SPDX-License-Identifier: Apache-2.0
#include "stats/importance.hpp"

#include <algorithm>
#include <numeric>

#include "stats/finite.hpp"
#include "stats/ranks.hpp"

namespace moderato {
namespace {

double mean_of(std::span<const double> values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

double squares_about(std::span<const double> values, double middle) {
  return std::accumulate(values.begin(), values.end(), 0.0, [&](double sum, double value) {
    return sum + (value - middle) * (value - middle);
  });
}

std::vector<double> ranked(std::span<const double> group, const std::vector<double>& sorted) {
  std::vector<double> ranks;
  for (const double value : group)
    ranks.push_back(static_cast<double>(doubled_rank(sorted, value)));
  return ranks;
}

}  // namespace

std::optional<double> explained_share(std::span<const std::vector<double>> groups) {
  std::vector<double> sorted;
  for (const auto& group : groups)
    sorted.insert(sorted.end(), group.begin(), group.end());
  require_finite(sorted, "explained_share");
  const auto k = std::ranges::count_if(groups, [](const auto& group) { return !group.empty(); });
  const auto n = std::ssize(sorted);
  if (n == k) return std::nullopt;
  std::ranges::sort(sorted);
  const double middle = mean_of(ranked(sorted, sorted));
  const double total = squares_about(ranked(sorted, sorted), middle);
  if (total <= 0) return 0;
  double within = 0;
  for (const auto& group : groups) {
    if (group.empty()) continue;
    const auto ranks = ranked(group, sorted);
    within += squares_about(ranks, mean_of(ranks));
  }
  const double by_chance = static_cast<double>(n - 1) / static_cast<double>(n - k);
  return std::max(0.0, 1 - within / total * by_chance);
}

}  // namespace moderato
