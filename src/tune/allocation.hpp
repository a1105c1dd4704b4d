// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <vector>

#include "core/trial.hpp"
#include "policy/policy.hpp"
#include "tune/limits.hpp"

namespace moderato {

// Who takes part in the next round of the confirmation. Pure: decided from the rounds before it,
// so that a resumed study goes on as it would have.
//
// All finalists are measured in the opening rounds; each further round has the leader and its
// closest rival, so that the trials go where the choice is open (top-two allocation; the closeness
// is that of OCBA, Chen, Lin, Yucesan & Chick 2000). This decides nothing but who is measured: the
// test of a finalist is on a number of rounds that was fixed beforehand (compare()), and those that
// fall behind before count among the comparisons, as not significant.

/// Rounds that all finalists take part in.
inline constexpr int opening_rounds = 5;

/// Before a finalist has the rounds of its test, only a violation at this share of alpha leaves it
/// out. There is a look before every round: at alpha itself three times as many finalists right at
/// their bound would be called violating. 0.001 for 0.05 is the level of Haybittle (Repeated
/// Assessment of Results in Clinical Trials of Cancer Treatment, 1971) and Peto et al. (1976),
/// small enough for the final test to stay as it is.
inline constexpr double early_share_of_alpha = 1.0 / 50;

/// What one round measures; nothing once the confirmation is over.
struct ConfirmationRound {
  std::vector<Candidate> members;  ///< beside the baseline, best first but in the opening
  bool baseline_twice = false;     ///< a round of two trials cannot tell which of them is disturbed

  bool over() const { return members.empty(); }
  int trials() const {
    return over() ? 0 : static_cast<int>(members.size()) + 1 + (baseline_twice ? 1 : 0);
  }
};

/// `earlier`: what was recorded before that round. It is over when the leader has its
/// `confirm_rounds` and no rival is close, or when confirmation_trials() of the plan are spent;
/// a round that lost a trial is made up for. After the opening, who violates a constraint by its
/// test is left out, before it has its `confirm_rounds` at `early_share_of_alpha`: it cannot be
/// chosen. So is who can no longer have its `confirm_rounds` with the trials that are left.
ConfirmationRound confirmation_round(int round, std::span<const Candidate> finalists,
                                     std::span<const Trial> earlier, const MeasurementPlan& plan,
                                     const Limits& limits = {});

/// Trials of the plan that are left before that round.
int confirmation_left(std::size_t finalists, std::span<const Trial> earlier,
                      const MeasurementPlan& plan);

/// The keys that a round measures.
std::vector<TrialKey> keys_of(const ConfirmationRound& members, int round);

/// Whether all rounds of the confirmation are on record.
bool confirmation_is_over(std::span<const Candidate> finalists, std::span<const Trial> trials,
                          const MeasurementPlan& plan, const Limits& limits = {});

}  // namespace moderato
