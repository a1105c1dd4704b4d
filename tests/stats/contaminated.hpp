// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstdint>
#include <numbers>
#include <random>
#include <vector>

#include "stats/tests.hpp"

namespace moderato {

/// How repeated runs differ: at moderate load by a spread of 1.5 %, with 4 % outliers that are 1.7
/// to 9 times slower.
struct Contamination {
  double spread = 0.015;
  double outliers = 0.04, largest = 9;
};
/// Close to saturation.
inline constexpr Contamination near_saturation{.spread = 0.045, .outliers = 0.12, .largest = 20};

/// Own sampling, as the distributions of <random> differ between libraries.
class ContaminatedNoise {
 public:
  explicit ContaminatedNoise(std::uint64_t seed, Contamination contamination = {})
      : contamination_(contamination), generator_(seed) {}

  double uniform() { return static_cast<double>(generator_() >> 11) * 0x1p-53; }

  double normal() {  // Box & Muller
    const double radius = std::sqrt(-2 * std::log(1 - uniform()));
    return radius * std::cos(2 * std::numbers::pi * uniform());
  }

  double log_score() {
    const auto& [spread, outliers, largest] = contamination_;
    const double score = spread * normal();
    return uniform() < outliers ? score + std::log(1.7 + (largest - 1.7) * uniform()) : score;
  }

 private:
  Contamination contamination_;
  std::mt19937_64 generator_;
};

/// One baseline and one candidate a round, the candidate `effect` above it, on a machine whose
/// speed differs from round to round, beside `others` that behave like the baseline.
inline std::vector<RoundScores> simulated_rounds(int n, double effect, ContaminatedNoise& noise,
                                                 int others = 0) {
  std::vector<RoundScores> rounds(static_cast<std::size_t>(n));
  for (RoundScores& round : rounds) {
    const double drift = 0.1 * noise.normal();
    round.baseline = {drift + noise.log_score()};
    round.candidate = {drift + effect + noise.log_score()};
    for (int i = 0; i < others; ++i)
      round.others.push_back(drift + noise.log_score());
  }
  return rounds;
}

}  // namespace moderato
