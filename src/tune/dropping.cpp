// SPDX-License-Identifier: Apache-2.0
#include "tune/dropping.hpp"

#include <algorithm>
#include <cmath>

#include "tune/attempts.hpp"
#include "tune/records.hpp"
#include "tune/responses.hpp"

namespace moderato {
namespace {

constexpr std::size_t enough_rounds = 2;

double upper_median(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

double lower_median(std::vector<double> values) {
  std::ranges::sort(values);
  return values[(values.size() - 1) / 2];
}

/// Log ratio of the best candidate to the baseline; 0: the baseline is.
double incumbent_of(const Records& records, const std::map<int, Violation>& violating) {
  double best = 0;
  for (const int candidate : records.candidates(Phase::search)) {
    if (violating.contains(candidate)) continue;
    auto ratios = records.log_ratios(Phase::search, candidate);
    if (ratios.size() >= enough_rounds) best = std::min(best, upper_median(std::move(ratios)));
  }
  return best;
}

bool is_hopeless(std::vector<double> behind, double limit) {
  if (behind.empty()) return false;
  const bool enough = behind.size() >= enough_rounds;
  return lower_median(std::move(behind)) > (enough ? limit : std::log(largest_outlier));
}

}  // namespace

BatchRound batch_round(Phase phase, std::span<const Candidate> batch,
                       std::span<const Trial> earlier, int first_round, const Limits& limits) {
  const Records records(earlier);
  const bool drops = phase == Phase::search;
  const auto violating = violations(records, limits);
  const double incumbent = drops ? incumbent_of(records, violating) : 0;
  const double limit = drops ? repeatability_from(earlier).limit : 0;
  const auto hopeless = [&](const Candidate& candidate) {
    auto behind = records.log_ratios(phase, candidate.number);
    if (drops && behind.size() >= enough_rounds && violating.contains(candidate.number))
      return true;
    for (double& ratio : behind)
      ratio -= incumbent;
    return drops && is_hopeless(std::move(behind), limit);
  };
  BatchRound round;
  for (const Candidate& candidate : batch) {
    if (failed_too_often(earlier, phase, candidate.number, first_round))
      round.failing.push_back(candidate);
    else
      (hopeless(candidate) ? round.hopeless : round.measured).push_back(candidate);
  }
  return round;
}

bool batch_is_complete(std::span<const Candidate> batch, std::span<const Trial> trials,
                       int first_round, int rounds, const Limits& limits) {
  for (int round = first_round; round < first_round + rounds; ++round) {
    const auto earlier = before_round(trials, Phase::search, round);
    auto measured = batch_round(Phase::search, batch, earlier, first_round, limits).measured;
    measured.push_back({});  // the baseline
    const bool complete = std::ranges::none_of(measured, [&](const Candidate& candidate) {
      return to_be_measured(trials, {Phase::search, round, candidate.number, 0});
    });
    if (!complete) return false;
  }
  return true;
}

}  // namespace moderato
