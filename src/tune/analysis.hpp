// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/trial.hpp"
#include "policy/policy.hpp"
#include "profile/profile.hpp"
#include "stats/noise.hpp"
#include "tune/limits.hpp"

namespace moderato {

// What recorded trials say. Pure: the same journal gives the same answer, whenever it is read.

/// A candidate after the search.
struct Standing {
  Candidate candidate;
  int rounds = 0;  ///< with a complete trial of it and of the baseline
  /// Of the score to the baseline's; nothing without rounds. Of one that was left behind in its
  /// batch no less than the leader's ratio times the median of its own to the leader in their
  /// rounds.
  std::optional<double> ratio_median;
  double outlier_rate = 0;
  int failed = 0, voided = 0;
  std::string reason;                 ///< of the last trial that was not complete
  std::optional<Violation> violates;  ///< of a constraint, beyond what noise explains
};

/// A/A differences of the calibration.
Noise noise_from(std::span<const Trial> trials);

/// log(second / first baseline) of each round of the calibration.
std::vector<double> calibration_ratios(std::span<const Trial> trials);

/// In the order of `candidates`.
std::vector<Standing> standings(std::span<const Candidate> candidates,
                                std::span<const Trial> trials, const Limits& limits = {});

/// The best `count` of those that did better than the baseline in the search and violate no
/// constraint, best first.
std::vector<Candidate> choose_finalists(std::vector<Standing> standings, int count);

/// What was laid down before the confirmation began.
struct Confirmed {
  int rounds = 15;         ///< that a test rests on: the first ones of the finalist
  std::uint64_t seed = 1;  ///< of relabellings
  Limits limits = {};
};

/// Each finalist against the baseline in the confirmation rounds: figures from all of its rounds,
/// p-values from the first `rounds`, Holm-corrected across all finalists that entered. One that was
/// left behind with fewer rounds, or failed twice, keeps p-values of 1. So whom the allocation
/// measures further may depend on scores without making a false claim more likely: it can only take
/// finalists out of a family of fixed tests. (The others of a round, which serve to align it, do
/// depend on scores; what that does to the error rate is nothing that tests/bench/truth_bench.cpp
/// could measure.)
std::vector<Comparison> compare(std::span<const Candidate> finalists, std::span<const Trial> trials,
                                const Confirmed& how);

/// The index of the winner: significant at `alpha` after Holm, better than the baseline with its
/// whole interval, violating no constraint, smallest ratio. Nothing: the baseline stays.
std::optional<std::size_t> winner(std::span<const Comparison> comparisons, double alpha);

/// Medians over the complete confirmation trials of candidate `number`, by workload.
std::map<std::string, Summary> typical_summaries(std::span<const Trial> trials, int number);

/// Likewise of the counters that the workloads print beside their samples.
WorkloadCounters typical_counters(std::span<const Trial> trials, int number);

/// A value that a driver turned into another without an error: it rounds, clamps, or is deaf.
struct TurnedValue {
  std::string where;  ///< HOST/NETDEV
  std::string knob;
  std::int64_t asked = 0, effective = 0;
  auto operator<=>(const TurnedValue&) const = default;
};
/// In order, each once.
std::vector<TurnedValue> turned_values(std::span<const Trial> trials);

}  // namespace moderato
