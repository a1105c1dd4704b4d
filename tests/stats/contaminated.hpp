// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstdint>
#include <numbers>
#include <random>
#include <vector>

#include "stats/tests.hpp"

namespace moderato {

/// The noise of repeated runs at moderate load: a spread of 1.5 %, and 4 % outliers that are 1.7 to
/// 9 times slower. Own sampling, as the distributions of <random> differ between libraries.
class ContaminatedNoise {
 public:
  explicit ContaminatedNoise(std::uint64_t seed) : generator_(seed) {}

  double uniform() { return static_cast<double>(generator_() >> 11) * 0x1p-53; }

  double normal() {  // Box & Muller
    const double radius = std::sqrt(-2 * std::log(1 - uniform()));
    return radius * std::cos(2 * std::numbers::pi * uniform());
  }

  double log_score() {
    const double score = 0.015 * normal();
    return uniform() < 0.04 ? score + std::log(1.7 + 7.3 * uniform()) : score;
  }

 private:
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
