// SPDX-License-Identifier: Apache-2.0
#include "tune/incumbent.hpp"

#include <algorithm>
#include <cmath>

#include "stats/interval.hpp"
#include "stats/summary.hpp"

namespace moderato {
namespace {

Incumbent summed_up(const Settings& settings, const std::vector<double>& ratios) {
  const auto [least, most] = std::ranges::minmax(ratios);
  const auto interval = median_interval(ratios).value_or(Interval{least, most, 0});
  return {.settings = settings,
          .rounds = static_cast<int>(ratios.size()),
          .ratio_median = std::exp(median(ratios)),
          .ratio_low = std::exp(interval.low),
          .ratio_high = std::exp(interval.high)};
}

/// Of all candidates that the phase has measured.
std::vector<Candidate> measured_in(Phase phase, const Records& records) {
  std::vector<Candidate> measured;
  for (const int number : records.candidates(phase)) {
    const auto rounds = records.paired_rounds(phase, number);
    if (!rounds.empty())
      measured.push_back({number, records.find({phase, rounds.front(), number, 0})->settings});
  }
  return measured;
}

}  // namespace

std::optional<Incumbent> incumbent_of(Phase phase, std::span<const Trial> trials,
                                      const Limits& limits, int confirm_rounds) {
  if (phase != Phase::search && phase != Phase::confirm) return std::nullopt;
  const Records records(trials);
  const auto violating = violations(records, limits);
  const auto all = measured_in(phase, records);
  std::optional<Incumbent> best;
  for (const Candidate& candidate : all) {
    const bool out = phase == Phase::search
                         ? violating.contains(candidate.number)
                         : violates_any(records, candidate.number, all, confirm_rounds, limits);
    if (out) continue;
    const Incumbent one =
        summed_up(candidate.settings, records.log_ratios(phase, candidate.number));
    const bool behind = best && phase == Phase::confirm && one.rounds < best->rounds;
    const bool ahead = best && phase == Phase::confirm && one.rounds > best->rounds;
    if (behind || one.ratio_median >= 1) continue;
    if (!best || ahead || one.ratio_median < best->ratio_median) best = one;
  }
  return best;
}

}  // namespace moderato
