// SPDX-License-Identifier: Apache-2.0
#include "stats/repeatability.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <set>
#include <utility>

#include "stats/summary.hpp"

namespace moderato {
namespace {

constexpr double quartile_to_sd = 3.1388;  ///< 1 / (lower quartile of a |standard normal| value)
constexpr double normal_quantile = 1.96;   ///< 95 % within, two-sided

/// To the variance of one of them.
double variance_of_median(std::size_t values) {
  return (values > 2 ? std::numbers::pi / 2 : 1) / static_cast<double>(values);
}

struct Change {
  double log_ratio = 0;
  int settings = 0;
};

std::vector<Change> changes_between(const NumberedScores& one, const NumberedScores& other) {
  std::vector<Change> changes;
  for (const auto& [settings, score] : one)
    if (const auto again = other.find(settings); again != other.end())
      changes.push_back({again->second - score, settings});
  std::ranges::sort(changes, {}, &Change::log_ratio);
  return changes;
}

double median_without(const std::vector<Change>& sorted, std::size_t left_out) {
  const auto at = [&](std::size_t i) { return sorted[i < left_out ? i : i + 1].log_ratio; };
  const std::size_t others = sorted.size() - 1;
  return (at((others - 1) / 2) + at(others / 2)) / 2;
}

void add_distances(const std::vector<Change>& sorted, std::vector<double>& distances) {
  if (sorted.size() < 2) return;
  const double width = std::sqrt(1 + variance_of_median(sorted.size() - 1));
  for (std::size_t i = 0; i < sorted.size(); ++i)
    if (sorted[i].settings != 0)
      distances.push_back(std::abs(sorted[i].log_ratio - median_without(sorted, i)) / width);
}

/// The rounds of each settings but the baseline, by their place in the series. A round of one says
/// nothing.
std::map<int, std::vector<std::size_t>> rounds_by_settings(
    const std::vector<NumberedScores>& series) {
  std::map<int, std::vector<std::size_t>> rounds;
  for (std::size_t i = 0; i < series.size(); ++i)
    for (const auto& [settings, score] : series[i])
      if (settings != 0 && series[i].size() > 1) rounds[settings].push_back(i);
  return rounds;
}

}  // namespace

Repeatability repeatability_of(std::span<const double> calibration,
                               std::span<const std::vector<NumberedScores>> series) {
  Repeatability result{.n = calibration.size()};
  std::vector<double> distances;
  for (double difference : calibration)
    distances.push_back(std::abs(difference));
  for (const std::vector<NumberedScores>& one : series) {
    std::set<std::pair<std::size_t, std::size_t>> pairs;
    for (const auto& [settings, rounds] : rounds_by_settings(one)) {
      result.n += rounds.size() - 1;
      for (std::size_t i = 0; i < rounds.size(); ++i)
        for (std::size_t k = 0; k < i; ++k)
          pairs.emplace(rounds[k], rounds[i]);
    }
    for (const auto& [first, second] : pairs)
      add_distances(changes_between(one[first], one[second]), distances);
  }
  if (!distances.empty()) result.sd = quartile_to_sd * quantile(distances, 0.25);
  result.limit = std::max(normal_quantile * result.sd, negligible);
  return result;
}

}  // namespace moderato
