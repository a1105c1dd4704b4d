// SPDX-License-Identifier: Apache-2.0
#include "search/one_factor.hpp"

#include <algorithm>
#include <limits>

namespace moderato {
namespace {

std::size_t place(const std::vector<std::int64_t>& values, std::int64_t value) {
  return static_cast<std::size_t>(std::ranges::find(values, value) - values.begin());
}

}  // namespace

OneFactorSearcher::OneFactorSearcher(SearchTask task)
    : task_(std::move(task)), here_(task_.baseline) {}

std::size_t OneFactorSearcher::steps_apart(const Settings& a, const Settings& b,
                                           const std::string& but) const {
  std::size_t steps = 0;
  for (const Parameter& parameter : task_.space.parameters) {
    const auto in_a = a.find(parameter.knob), in_b = b.find(parameter.knob);
    if (parameter.knob == but || in_a == a.end() || in_b == b.end()) continue;
    const std::size_t one = place(parameter.values, in_a->second);
    const std::size_t other = place(parameter.values, in_b->second);
    steps += std::max(one, other) - std::min(one, other);
  }
  return steps;
}

/// Where constraints forbid to change this knob alone, that one which changes least besides it.
const Candidate* OneFactorSearcher::closest(const std::string& knob, std::int64_t value) const {
  const Candidate* best = nullptr;
  std::size_t least = std::numeric_limits<std::size_t>::max();
  for (const Candidate& candidate : task_.candidates) {
    const auto own = candidate.settings.find(knob);
    if (own == candidate.settings.end() || own->second != value) continue;
    const std::size_t steps = steps_apart(candidate.settings, here_, knob);
    if (steps >= least) continue;
    least = steps;
    best = &candidate;
  }
  return best;
}

/// Goes to the best setting so far; then on to the next knob that has values not tried from there.
void OneFactorSearcher::start_next_knob() {
  const std::size_t knobs = task_.space.parameters.size();
  while (waiting_.empty() && knobs_without_gain_ < knobs) {
    if (const auto best = told_.best(); best && scores_.at(best->number) < score_here_) {
      here_ = best->settings;
      score_here_ = scores_.at(best->number);
      knobs_without_gain_ = 0;
    }
    const Parameter& parameter = task_.space.parameters[knob_];
    knob_ = (knob_ + 1) % knobs;
    ++knobs_without_gain_;
    for (const std::int64_t value : parameter.values) {
      const Candidate* candidate = closest(parameter.knob, value);
      if (candidate != nullptr && !scores_.contains(candidate->number))
        waiting_.push_back(*candidate);
    }
  }
}

std::vector<Candidate> OneFactorSearcher::ask(std::size_t count) {
  if (waiting_.empty()) start_next_knob();
  std::vector<Candidate> result;
  while (result.size() < count && !waiting_.empty()) {
    result.push_back(waiting_.front());
    scores_.emplace(waiting_.front().number, std::numeric_limits<double>::infinity());
    waiting_.pop_front();
  }
  return result;
}

void OneFactorSearcher::tell(const Candidate& candidate, const Score& score) {
  told_.tell(candidate, score);
  scores_[candidate.number] =
      std::isnan(score.log_ratio) ? std::numeric_limits<double>::infinity() : score.log_ratio;
}

}  // namespace moderato
