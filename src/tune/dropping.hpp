// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <vector>

#include "core/trial.hpp"
#include "tune/limits.hpp"

namespace moderato {

// Who of a batch takes part in its next round. Pure: decided from the rounds before it, so that a
// resumed study goes on as it would have.

/// No outlier is known that took more than this times its setting's median (near saturation; at
/// moderate load 9). What is further off in a single round is so by itself.
inline constexpr double largest_outlier = 20;

struct BatchRound {
  std::vector<Candidate> measured;
  std::vector<Candidate> failing;   ///< failed too often
  std::vector<Candidate> hopeless;  ///< worse than the incumbent by more than noise can explain
};

/// `earlier`: what was recorded before the round; the batch began with `first_round`. Hopeless, in
/// a search only, is a candidate that in more than half of its rounds, and in two at least, was
/// behind the incumbent by more than two single trials of the same settings differ
/// (Repeatability::limit). An outlier, whatever its size, is one bad round: at a rate of 4 % two of
/// two come by chance once in 600 candidates, and the median of three would then be lost as well.
/// A single round is enough only beyond `largest_outlier`. Incumbent: the best candidate of the
/// search that has two rounds and violates no constraint, at the upper of its medians, or the
/// baseline. Hopeless, too, is who violates one in two rounds or more (violations()).
BatchRound batch_round(Phase phase, std::span<const Candidate> batch,
                       std::span<const Trial> earlier, int first_round, const Limits& limits = {});

/// Whether all trials of the `rounds` rounds of the batch are on record.
bool batch_is_complete(std::span<const Candidate> batch, std::span<const Trial> trials,
                       int first_round, int rounds, const Limits& limits = {});

}  // namespace moderato
