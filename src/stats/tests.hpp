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

/// Two-sided p-value of "the candidate scores like the baseline": aligned ranks (Hodges & Lehmann
/// 1962), permuted within rounds. Each round is aligned by the median of all that it holds, the
/// aligned scores of baseline and candidate are ranked together (ties: mid-ranks), and the rank sum
/// of the candidate is compared with all relabellings within rounds: exactly up to `exact_limit`
/// relabellings, else by `draws` seeded random ones (then p >= 1/(draws+1)). No distribution is
/// assumed; 15 rounds detect what the t-test loses to one outlier. Fewer than 2 rounds: 1.
double aligned_rank_test(std::span<const RoundScores> rounds, std::uint64_t seed = 1);

/// Paired two-tailed t-test on log ratios, as in the paper's tables. Not used for decisions: it
/// loses power as more pairs catch an outlier.
struct TTest {
  std::size_t n = 0;
  double mean = 0;  ///< of the log ratios
  double t = 0;
  double p = 1;  ///< 1 for fewer than 2 ratios or if all are 0; 0 if all are equal but not 0
};
TTest paired_t_test(std::span<const double> log_ratios);

/// Holm's step-down adjustment; the result is in the order of the input, each at most 1.
std::vector<double> holm(std::span<const double> p_values);

}  // namespace moderato
