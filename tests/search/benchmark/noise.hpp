// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "search/benchmark/landscape.hpp"

namespace moderato::benchmark {

/// What stands between the truth and what a searcher is told.
enum class NoiseModel {
  none,          ///< the truth
  gaussian,      ///< the spread of contaminated noise, no outliers
  contaminated,  ///< as repeated runs of real servers are: at moderate load a spread of 1.5 % and
                 ///< 4 % outliers of 1.7 to 9 times; near saturation 4.5 %, and 12 % up to 20 times
  recorded,      ///< a round of those recorded, where there are any; else contaminated
  drift,         ///< contaminated, on a machine whose speed walks by 1 % a trial. The baseline of
                 ///< the round has walked along, but for the trials between the two
  drift_unpaired  ///< the same without a baseline of the round: what absolute scores would be worth
};

std::string_view name_of(NoiseModel model);
std::vector<std::string> noise_names();
std::optional<NoiseModel> noise_from(std::string_view name);

struct NoisePlan {
  NoiseModel model = NoiseModel::contaminated;
  int rounds = 1;               ///< that a score is the median of
  bool noisy_baseline = false;  ///< each round's baseline is as noisy as a candidate
};

/// Measures candidates of one landscape for one searcher. What the n-th measurement of a candidate
/// gives depends on seed, landscape, candidate and n alone, so that all searchers have the same
/// luck. Drift and the baseline's noise go by the batch in which it is measured instead.
class Measurer {
 public:
  /// The landscape must outlive it.
  Measurer(const Landscape& landscape, NoisePlan plan, std::uint64_t seed);

  /// Candidates that share the rounds, and so the baselines; a score each, in their order. A
  /// candidate that always fails has NaN.
  std::vector<Score> measure(const std::vector<Candidate>& batch);

 private:
  double noise_of(int candidate, std::uint64_t draw) const;
  double baseline_noise(std::uint64_t round) const;
  double walked();

  const Landscape& landscape_;
  NoisePlan plan_;
  std::uint64_t key_;
  std::map<int, std::uint64_t> draws_;  ///< candidate -> rounds it was measured in
  std::uint64_t rounds_ = 0;            ///< all, of all batches
  std::uint64_t trials_ = 0;
  double speed_ = 0;  ///< log, where the machine has drifted to
};

}  // namespace moderato::benchmark
