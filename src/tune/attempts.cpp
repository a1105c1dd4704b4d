// SPDX-License-Identifier: Apache-2.0
#include "tune/attempts.hpp"

#include <algorithm>

namespace moderato {
namespace {

constexpr int attempts_at_void = 3;
constexpr int attempts_at_baseline = 2;
constexpr int failures_allowed = 1;

}  // namespace

bool to_be_measured(std::span<const Trial> trials, const TrialKey& key) {
  int times = 0;
  const Trial* last = nullptr;
  for (const Trial& trial : trials) {
    if (trial.key != key) continue;
    ++times;
    last = &trial;
  }
  if (last == nullptr) return true;
  if (last->state == TrialState::void_trial) return times < attempts_at_void;
  return last->state == TrialState::failed && key.candidate == 0 && times < attempts_at_baseline;
}

int failures(std::span<const Trial> trials, Phase phase, int candidate, int first_round) {
  return static_cast<int>(std::ranges::count_if(trials, [&](const Trial& trial) {
    return trial.key.phase == phase && trial.key.candidate == candidate &&
           trial.key.round >= first_round && trial.state == TrialState::failed;
  }));
}

bool failed_too_often(std::span<const Trial> trials, Phase phase, int candidate, int first_round) {
  return failures(trials, phase, candidate, first_round) > failures_allowed;
}

}  // namespace moderato
