// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace moderato {

/// The scores of one round, the unit of every test. `baseline` and `candidate` hold the log scores
/// of the two treatments under comparison (one each as a rule, more if a round repeats them);
/// `others` those of everything else measured in the round, which only helps to tell how fast the
/// machine was in that round.
struct RoundScores {
  std::vector<double> baseline;
  std::vector<double> candidate;
  std::vector<double> others;
};

/// The exact test may cost this many steps (additions); beyond that relabellings are drawn. 15
/// rounds take about 10^4 steps, 150 rounds 10^7.
inline constexpr double exact_limit = 2e7;
/// So many rounds of a candidate and one or two baselines always stay within it.
inline constexpr int exact_rounds = 100;
/// Random relabellings where the exact test costs too much.
inline constexpr int relabelling_draws = 19'999;

/// Two-sided p-value of "the candidate scores like the baseline": aligned ranks (Hodges & Lehmann
/// 1962), permuted within rounds. Each round is aligned by the median of all that it holds, the
/// aligned scores of baseline and candidate are ranked together (ties: mid-ranks; scores less than
/// 1e-9 apart tie, so that rounding cannot decide), and the rank sum of the candidate is compared
/// with all relabellings within rounds: p = 2 min(P(sum <= seen), P(sum >= seen)), at most 1. The
/// sums of all relabellings (2^15 for 15 rounds) are counted exactly by convolution, round by
/// round, while that takes no more than `exact_limit` steps; else `relabelling_draws` seeded
/// random ones, with the seen one counted among them (Phipson & Smyth 2010), so that p is never 0.
/// No distribution is assumed; 15 rounds detect what the t-test loses to one outlier. A round
/// without baseline or candidate says nothing and is left out; fewer than 2 rounds left: 1.
/// The same on every machine. Precondition: scores finite.
double aligned_rank_test(std::span<const RoundScores> rounds, std::uint64_t seed = 1);

/// One-sided p-value of "the candidate scores no higher than the baseline", by the same
/// relabellings: P(sum >= seen). Fewer than 2 rounds: 1.
double higher_test(std::span<const RoundScores> rounds, std::uint64_t seed = 1);

/// Paired two-tailed t-test on log ratios, as in the paper's tables. Not used for decisions: it
/// loses power as more pairs catch an outlier. Precondition: finite.
struct TTest {
  std::size_t n = 0;
  double mean = 0;  ///< of the log ratios
  double t = 0;     ///< mean / (sd / sqrt(n)); +-infinity if all are equal but not 0
  double p = 1;     ///< 1 for fewer than 2 ratios or if all are 0; 0 if all are equal but not 0
};
TTest paired_t_test(std::span<const double> log_ratios);

/// Holm's step-down adjustment (A Simple Sequentially Rejective Multiple Test Procedure, 1979); the
/// result is in the order of the input, each at most 1. Precondition: 0 <= p <= 1.
std::vector<double> holm(std::span<const double> p_values);

}  // namespace moderato
