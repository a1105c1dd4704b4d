// SPDX-License-Identifier: Apache-2.0
#include "search/benchmark/noise.hpp"

#include <algorithm>

#include "search/benchmark/luck.hpp"
#include "stats/summary.hpp"

namespace moderato::benchmark {
namespace {

struct Named {
  NoiseModel model;
  std::string_view name;
};
constexpr Named models[] = {{NoiseModel::none, "none"},
                            {NoiseModel::gaussian, "gaussian"},
                            {NoiseModel::contaminated, "contaminated"},
                            {NoiseModel::recorded, "recorded"},
                            {NoiseModel::drift, "drift"},
                            {NoiseModel::drift_unpaired, "drift-unpaired"}};

/// Of log scores.
struct Contamination {
  double spread;
  double outliers;         ///< share of them
  double lowest, highest;  ///< how many times slower
};

constexpr Contamination contamination(Load load) {
  if (load == Load::saturated) return {0.045, 0.12, 1.7, 20};
  return {0.015, 0.04, 1.7, 9};
}

double contaminated(Load load, Luck& luck) {
  const Contamination c = contamination(load);
  const double score = c.spread * luck.normal();
  if (luck.uniform() >= c.outliers) return score;
  // Most outliers are small ones: even in the logarithm, not in the factor.
  return score + std::log(c.lowest) + luck.uniform() * std::log(c.highest / c.lowest);
}

bool drifts(NoiseModel model) {
  return model == NoiseModel::drift || model == NoiseModel::drift_unpaired;
}

constexpr double step = 0.01;  // of the walk, a trial

// Which of the streams of a key.
constexpr std::uint64_t of_candidate = 1, of_baseline = 2, of_drift = 3, of_place = 4;

}  // namespace

std::string_view name_of(NoiseModel model) {
  return std::ranges::find(models, model, &Named::model)->name;
}

std::vector<std::string> noise_names() {
  std::vector<std::string> names;
  for (const Named& named : models)
    names.emplace_back(named.name);
  return names;
}

std::optional<NoiseModel> noise_from(std::string_view name) {
  const auto* const found = std::ranges::find(models, name, &Named::name);
  if (found == std::end(models)) return {};
  return found->model;
}

Measurer::Measurer(const Landscape& landscape, NoisePlan plan, std::uint64_t seed)
    : landscape_(landscape), plan_(plan), key_(mixed(hashed(landscape.name), seed)) {}

std::vector<Score> Measurer::measure(const std::vector<Candidate>& batch) {
  std::vector<std::vector<double>> seen(batch.size());
  for (int round = 0; round < plan_.rounds; ++round, ++rounds_) {
    std::vector<double> speeds(batch.size() + 1);  // one more: the baseline
    for (double& speed : speeds)
      speed = drifts(plan_.model) ? walked() : 0;
    Luck place(mixed(mixed(key_, of_place), rounds_));
    const std::size_t turn = place.index(speeds.size());  // of the baseline in this round
    const double baseline =
        (plan_.model == NoiseModel::drift_unpaired ? 0 : speeds[turn]) + baseline_noise(rounds_);
    for (std::size_t i = 0; i < batch.size(); ++i) {
      const int number = batch[i].number;
      const double own = speeds[i < turn ? i : i + 1];
      seen[i].push_back(landscape_.truth.at(static_cast<std::size_t>(number)) + own +
                        noise_of(number, draws_[number]++) - baseline);
    }
  }
  std::vector<Score> scores;
  for (const auto& values : seen) {
    const bool failed = std::isnan(values.front());
    scores.push_back({failed ? values.front() : median(values), plan_.rounds});
  }
  return scores;
}

double Measurer::noise_of(int candidate, std::uint64_t draw) const {
  if (plan_.model == NoiseModel::none) return 0;
  Luck luck(mixed(mixed(mixed(key_, of_candidate), static_cast<std::uint64_t>(candidate)), draw));
  if (plan_.model == NoiseModel::gaussian)
    return contamination(landscape_.load).spread * luck.normal();
  if (plan_.model == NoiseModel::recorded && !landscape_.residuals.empty()) {
    const auto& recorded = landscape_.residuals.at(static_cast<std::size_t>(candidate));
    return recorded.empty() ? 0 : recorded[luck.index(recorded.size())];
  }
  return contaminated(landscape_.load, luck);
}

double Measurer::baseline_noise(std::uint64_t round) const {
  if (!plan_.noisy_baseline || plan_.model == NoiseModel::none) return 0;
  // Recorded rounds are ratios: the baseline's noise is in them.
  if (plan_.model == NoiseModel::recorded && !landscape_.residuals.empty()) return 0;
  Luck luck(mixed(mixed(key_, of_baseline), round));
  if (plan_.model == NoiseModel::gaussian)
    return contamination(landscape_.load).spread * luck.normal();
  return contaminated(landscape_.load, luck);
}

double Measurer::walked() {
  Luck luck(mixed(mixed(key_, of_drift), trials_++));
  speed_ += step * luck.normal();
  return speed_;
}

}  // namespace moderato::benchmark
