// SPDX-License-Identifier: Apache-2.0
#include "tune/records.hpp"

#include <algorithm>
#include <cmath>

namespace moderato {

std::span<const Trial> before_round(std::span<const Trial> trials, Phase phase, int round) {
  const auto later = std::ranges::find_if(trials, [&](const Trial& trial) {
    return trial.key.phase == phase && trial.key.round >= round;
  });
  return trials.first(static_cast<std::size_t>(later - trials.begin()));
}

Records::Records(std::span<const Trial> trials) {
  for (const Trial& trial : trials)
    complete_[trial.key] = &trial;
  std::erase_if(complete_,
                [](const auto& entry) { return entry.second->state != TrialState::complete; });
  for (const auto& [key, trial] : complete_) {
    if (key.replicate == 0) rounds_[{key.phase, key.candidate}].push_back(key.round);
  }
}

const Trial* Records::find(const TrialKey& key) const {
  const auto found = complete_.find(key);
  return found == complete_.end() ? nullptr : found->second;
}

std::vector<int> Records::candidates(Phase phase) const {
  std::vector<int> numbers;
  for (auto it = rounds_.upper_bound({phase, 0}); it != rounds_.end() && it->first.first == phase;
       ++it)
    numbers.push_back(it->first.second);
  return numbers;
}

std::vector<int> Records::paired_rounds(Phase phase, int candidate) const {
  const auto found = rounds_.find({phase, candidate});
  if (found == rounds_.end()) return {};
  std::vector<int> rounds = found->second;
  std::erase_if(rounds, [&](int round) { return !complete_.contains({phase, round, 0, 0}); });
  return rounds;
}

std::vector<double> Records::log_ratios(Phase phase, int candidate) const {
  std::vector<double> ratios;
  for (const int round : paired_rounds(phase, candidate))
    ratios.push_back(
        std::log(find({phase, round, candidate, 0})->score / find({phase, round, 0, 0})->score));
  return ratios;
}

std::optional<double> Records::log_ratio(const TrialKey& one, const TrialKey& to,
                                         const std::string& figure) const {
  const Trial *above = find(one), *below = find(to);
  if (above == nullptr || below == nullptr) return std::nullopt;
  const auto a = above->figures.find(figure), b = below->figures.find(figure);
  if (a == above->figures.end() || b == below->figures.end()) return std::nullopt;
  return std::log(a->second / b->second);
}

std::vector<double> Records::log_ratios(Phase phase, int candidate,
                                        const std::string& figure) const {
  std::vector<double> ratios;
  for (const int round : paired_rounds(phase, candidate))
    if (const auto ratio = log_ratio({phase, round, candidate, 0}, {phase, round, 0, 0}, figure))
      ratios.push_back(*ratio);
  return ratios;
}

std::vector<double> Records::calibration_ratios(const std::string& figure) const {
  std::vector<double> ratios;
  for (const int round : paired_rounds(Phase::calibrate, 0))
    if (const auto ratio =
            log_ratio({Phase::calibrate, round, 0, 1}, {Phase::calibrate, round, 0, 0}, figure))
      ratios.push_back(*ratio);
  return ratios;
}

std::vector<double> Records::log_scores(Phase phase, int candidate) const {
  std::vector<double> scores;
  const auto found = rounds_.find({phase, candidate});
  if (found == rounds_.end()) return scores;
  for (const int round : found->second)
    scores.push_back(std::log(find({phase, round, candidate, 0})->score));
  return scores;
}

}  // namespace moderato
