// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <map>
#include <vector>

#include "contaminated.hpp"
#include "stats/response.hpp"
#include "stats/summary.hpp"

namespace moderato {

/// The plan of a simulated study of two knobs, a full grid; a knob with one value is not varied.
/// The first value of each knob is the baseline's.
struct SimulatedPlan {
  std::vector<std::int64_t> a{8, 0, 2, 32, 128}, b{0};
  int calibration_rounds = 5, search_rounds = 3, finalists = 3, confirm_rounds = 15;
  bool outliers = true;
};

/// log score of settings, beside the noise
using Landscape = std::function<double(std::int64_t a, std::int64_t b)>;

struct SimulatedStudy {
  KnobTrials a{.knob = "a"}, b{.knob = "b"};
  Repeatability noise;
};

/// Runs the plan as a study runs: search, the best that beat the baseline, confirmation.
class StudySimulator {
 public:
  StudySimulator(SimulatedPlan plan, Landscape landscape, std::uint64_t seed)
      : plan_(std::move(plan)), landscape_(std::move(landscape)), noise_(seed) {
    for (std::int64_t a : plan_.a)
      for (std::int64_t b : plan_.b)
        settings_.push_back({a, b});
  }

  SimulatedStudy run() {
    std::vector<double> calibration;
    for (int i = 0; i < plan_.calibration_rounds; ++i)
      calibration.push_back(noise() - noise());
    SimulatedStudy study;
    study.a.baseline = plan_.a.front();
    study.b.baseline = plan_.b.front();
    std::vector<std::size_t> all(settings_.size());
    for (std::size_t i = 0; i < all.size(); ++i)
      all[i] = i;
    auto ratios = rounds(all, plan_.search_rounds, study.a.search, study.b.search);
    std::vector<std::pair<double, std::size_t>> ranking;
    for (const auto& [candidate, some] : ratios)
      if (median(some) < 0) ranking.emplace_back(median(some), candidate);
    std::ranges::sort(ranking);
    std::vector<std::size_t> finalists{0};
    for (const auto& [ratio, candidate] : ranking)
      if (finalists.size() <= static_cast<std::size_t>(plan_.finalists))
        finalists.push_back(candidate);
    if (finalists.size() > 1)
      rounds(finalists, plan_.confirm_rounds, study.a.confirm, study.b.confirm);
    study.noise = repeatability_of(calibration, series_);
    return study;
  }

 private:
  struct Pair {
    std::int64_t a, b;
  };
  double noise() { return plan_.outliers ? noise_.log_score() : 0.015 * noise_.normal(); }

  /// Measures `numbers` (0 is the baseline) in rounds; log ratios to the baseline by candidate.
  std::map<std::size_t, std::vector<double>> rounds(const std::vector<std::size_t>& numbers,
                                                    int count, std::vector<Block>& a,
                                                    std::vector<Block>& b) {
    std::map<std::size_t, std::vector<double>> ratios;
    series_.emplace_back();
    for (int round = 0; round < count; ++round) {
      const double drift = 0.1 * noise_.normal();
      std::map<std::int64_t, Block> of_a, of_b;
      NumberedScores& scores = series_.back().emplace_back();
      double baseline = 0;
      for (std::size_t number : numbers) {
        const auto [va, vb] = settings_[number];
        const double score = drift + landscape_(va, vb) + noise();
        scores[static_cast<int>(number)] = score;
        of_a[vb].context = static_cast<int>(vb);
        of_a[vb].trials.push_back({va, score});
        of_b[va].context = static_cast<int>(va);
        of_b[va].trials.push_back({vb, score});
        if (number == 0)
          baseline = score;
        else
          ratios[number].push_back(score - baseline);
      }
      for (const auto& [other, block] : of_a)
        a.push_back(block);
      for (const auto& [other, block] : of_b)
        b.push_back(block);
    }
    return ratios;
  }

  SimulatedPlan plan_;
  Landscape landscape_;
  ContaminatedNoise noise_;
  std::vector<Pair> settings_;
  std::vector<std::vector<NumberedScores>> series_;
};

}  // namespace moderato
