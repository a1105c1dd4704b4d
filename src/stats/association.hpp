// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "stats/tests.hpp"

namespace moderato {

/// A trial, seen from one knob.
struct ValueScore {
  std::int64_t value = 0;
  double log_score = 0;
};

/// All else equal: trials of one round whose settings differ in nothing but one knob. Blocks of
/// different rounds with the same other settings have the same `context`.
struct Block {
  int context = 0;
  std::vector<ValueScore> trials;
};

/// Whether two different values met in the block.
bool compares(const Block& block);

/// p-value of "the score does not depend on the knob's value": an aligned rank test for several
/// treatments in blocks (Hodges & Lehmann 1962). Each block is aligned by its median, all aligned
/// scores are ranked together (ties: mid-ranks), and the statistic is compared with that of `draws`
/// random relabellings within blocks, the seen one counted among them. As only trials that agree in
/// every other knob are exchanged, no other knob's effect is taken for this one's. No distribution
/// is assumed. The statistic: the sum over the values of (rank sum less its mean)^4 / trials^2.
/// With squares one value alone that differs drowns among the others; with the largest value alone
/// many that differ a little are missed; of nine values in three rounds the fourth power finds
/// both. Fewer than 2 blocks that compare: 1. The same on every machine. Precondition: scores
/// finite.
double association_test(std::span<const Block> blocks, std::uint64_t seed = 1,
                        int draws = relabelling_draws);

/// One of several figures that the same trials have.
struct FigureTest {
  double p = 1;         ///< association_test() of this one
  double p_shared = 1;  ///< corrected for all of them
};

/// association_test() of each figure; `figures` hold the same blocks of the same trials in the same
/// order, which differ in their scores alone. p_shared: all figures are relabelled together, and
/// each is held against the largest statistic of any (single-step maxT: Westfall & Young,
/// Resampling-Based Multiple Testing, 1993). It is never above Bonferroni's, and of figures that
/// the knob moves alike, or against each other, all but one are free: the same relabellings are
/// extreme for them. Ten blocks of two values give 2/1024 where all of six move, and 12/1024 where
/// one does. Of one figure p_shared is p. Throws
/// std::invalid_argument where the values differ.
std::vector<FigureTest> association_tests(std::span<const std::vector<Block>> figures,
                                          std::uint64_t seed = 1, int draws = relabelling_draws);

/// About the smallest p-value that blocks of these values could give, whatever the scores: the
/// values renamed among each other look the same. By it a test that could never reject is left out
/// beforehand, without a look at the scores.
double least_p(std::span<const Block> blocks);

}  // namespace moderato
