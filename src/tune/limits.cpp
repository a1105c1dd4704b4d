// SPDX-License-Identifier: Apache-2.0
#include "tune/limits.hpp"

#include <algorithm>
#include <cmath>
#include <ranges>

#include "stats/interval.hpp"
#include "stats/repeatability.hpp"
#include "stats/summary.hpp"
#include "stats/tests.hpp"
#include "tune/dropping.hpp"

namespace moderato {
namespace {

/// Standard error of a median to that of a mean, of normal values.
constexpr double median_to_mean = 1.2533;

std::string figure_of(const MetricConstraint& constraint) {
  return std::string(name_of(constraint.metric));
}

/// So that more is worse.
double badness(double log_ratio, const MetricConstraint& constraint) {
  return constraint.at_least ? -log_ratio : log_ratio;
}

double beyond(double log_ratio, const MetricConstraint& constraint) {
  return badness(log_ratio, constraint) - badness(std::log(constraint.ratio), constraint);
}

/// Of an even number of rounds the middle one that is nearer to keeping the constraint: one outlier
/// of two proves nothing.
double mildest_median(std::vector<double> log_ratios, const MetricConstraint& constraint) {
  std::ranges::sort(log_ratios, {}, [&](double ratio) { return badness(ratio, constraint); });
  return log_ratios[(log_ratios.size() - 1) / 2];
}

/// A single round may be an outlier, whatever it says.
double explained_by_noise(double repeatability, std::size_t rounds) {
  if (rounds < 2) return std::log(largest_outlier);
  return repeatability * std::min(1.0, median_to_mean / std::sqrt(static_cast<double>(rounds)));
}

std::optional<double> log_figure(const Records& records, const TrialKey& key,
                                 const std::string& figure) {
  const Trial* trial = records.find(key);
  if (trial == nullptr || !trial->figures.contains(figure)) return std::nullopt;
  return std::log(trial->figures.at(figure));
}

std::vector<NumberedScores> rounds_of(const Records& records, Phase phase,
                                      const std::string& figure) {
  std::map<int, NumberedScores> rounds;
  std::vector<int> numbers = records.candidates(phase);
  numbers.push_back(0);
  for (const int candidate : numbers)
    for (const int round : records.paired_rounds(phase, candidate))
      if (const auto value = log_figure(records, {phase, round, candidate, 0}, figure))
        rounds[round][candidate] = *value;
  const auto scores = std::views::values(rounds);
  return {scores.begin(), scores.end()};
}

/// How far two trials of the same settings lie apart in a figure, before the confirmation.
Repeatability repeatability_in(const Records& records, const std::string& figure) {
  const std::vector series{rounds_of(records, Phase::probe, figure),
                           rounds_of(records, Phase::search, figure)};
  return repeatability_of(records.calibration_ratios(figure), series);
}

/// The round as the test takes it: higher is worse, and the baseline stands at the constraint.
RoundScores scores_of(const Records& records, int round, int finalist,
                      std::span<const Candidate> finalists, const MetricConstraint& constraint) {
  RoundScores scores;
  const double moved = badness(std::log(constraint.ratio), constraint);
  const auto add = [&](std::vector<double>& to, int candidate, int replicate, double by) {
    const auto value =
        log_figure(records, {Phase::confirm, round, candidate, replicate}, figure_of(constraint));
    if (value) to.push_back(badness(*value, constraint) + by);
  };
  for (const int replicate : {0, 1})
    add(scores.baseline, 0, replicate, moved);
  add(scores.candidate, finalist, 0, 0);
  for (const Candidate& other : finalists)
    if (other.number != finalist) add(scores.others, other.number, 0, 0);
  return scores;
}

ConstraintFinding finding_of(const Records& records, int finalist,
                             std::span<const Candidate> finalists, int rounds,
                             const MetricConstraint& constraint, const Limits& limits) {
  const auto ratios = records.log_ratios(Phase::confirm, finalist, figure_of(constraint));
  ConstraintFinding finding{.constraint = describe(constraint),
                            .rounds = static_cast<int>(ratios.size())};
  if (ratios.empty()) return finding;
  finding.ratio_median = finding.ratio_low = finding.ratio_high = std::exp(median(ratios));
  if (const auto interval = median_interval(ratios)) {
    finding.ratio_low = std::exp(interval->low);
    finding.ratio_high = std::exp(interval->high);
    finding.confidence = interval->confidence;
  }
  std::vector<RoundScores> tested;
  for (const int round : records.paired_rounds(Phase::confirm, finalist))
    if (static_cast<int>(tested.size()) < rounds)
      tested.push_back(scores_of(records, round, finalist, finalists, constraint));
  finding.p = higher_test(tested, limits.seed);
  finding.violated = finding.p <= limits.alpha;
  return finding;
}

}  // namespace

Limits limits_of(const Policy& policy, std::uint64_t seed) {
  return {policy.constraints, policy.alpha, seed};
}

std::map<int, Violation> violations(const Records& records, const Limits& limits) {
  std::map<int, Violation> found;
  for (const MetricConstraint& constraint : limits.constraints) {
    const double noise = repeatability_in(records, figure_of(constraint)).limit;
    for (const int candidate : records.candidates(Phase::search)) {
      const auto ratios = records.log_ratios(Phase::search, candidate, figure_of(constraint));
      if (ratios.empty()) continue;
      const double middle = mildest_median(ratios, constraint);
      const double off = beyond(middle, constraint);
      if (off <= explained_by_noise(noise, ratios.size())) continue;
      const auto [worst, fresh] =
          found.try_emplace(candidate, Violation{constraint, std::exp(middle), off});
      if (!fresh && off > worst->second.beyond) worst->second = {constraint, std::exp(middle), off};
    }
  }
  return found;
}

std::vector<ConstraintFinding> constraint_findings(const Records& records, int finalist,
                                                   std::span<const Candidate> finalists, int rounds,
                                                   const Limits& limits) {
  std::vector<ConstraintFinding> findings;
  for (const MetricConstraint& constraint : limits.constraints)
    findings.push_back(finding_of(records, finalist, finalists, rounds, constraint, limits));
  return findings;
}

bool violates_any(const Records& records, int finalist, std::span<const Candidate> finalists,
                  int rounds, const Limits& limits) {
  return std::ranges::any_of(constraint_findings(records, finalist, finalists, rounds, limits),
                             [](const ConstraintFinding& finding) { return finding.violated; });
}

}  // namespace moderato
