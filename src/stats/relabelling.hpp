// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace moderato {

/// The ranks of one round, doubled so that mid-ranks stay whole numbers and sums compare exactly.
/// The first `candidates` of them belong to the candidate.
struct RoundRanks {
  std::vector<std::int64_t> doubled;
  std::size_t candidates = 0;
};

/// How the candidate's rank sum lies among those of all relabellings within rounds.
struct Tails {
  double at_most = 1;   ///< P(sum <= seen)
  double at_least = 1;  ///< P(sum >= seen)
};

std::int64_t candidate_sum(std::span<const RoundRanks> rounds);

/// Additions that exact_tails() takes, about.
double exact_steps(std::span<const RoundRanks> rounds);

/// All relabellings, counted by convolving the rounds' distributions of rank sums.
Tails exact_tails(std::span<const RoundRanks> rounds);

/// `draws` random relabellings and the seen one.
Tails drawn_tails(std::span<const RoundRanks> rounds, std::uint64_t seed, int draws);

}  // namespace moderato
