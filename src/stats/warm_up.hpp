// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>

namespace moderato {

/// The part of a run that comes before it is in its steady state.
struct WarmUp {
  std::size_t cut = 0;  ///< samples at the beginning that are not like the rest
  bool settled = true;  ///< false: no steady state was found
};

/// Where `samples`, in the order of time, become stationary. Of at most 400 batches of 5 samples or
/// more (White, An Effective Truncation Heuristic for Bias Reduction in Simulation Output, 1997,
/// has batches of 5) the mean rank is taken, so that a heavy tail weighs no more than any other
/// sample. The batches before each point are held against those after it by Wilcoxon's rank sum, in
/// standard deviations: the most distant point is a change (Pettitt, A Non-Parametric Approach to
/// the Change-Point Problem, Applied Statistics 28, 1979; standardised, as a change near the
/// beginning would else be missed) if it is further off than `change_limit`. What is before it is
/// cut, and the rest is looked at again. Batches that follow one another are alike; by how much is
/// taken from the second half, as Heidelberger & Welch do (Simulation Run Length Control in the
/// Presence of an Initial Transient, Operations Research 31, 1983), and makes the distance shorter.
/// A burst in the middle is no warm-up: of what is before the change the first third has to be
/// unlike the rest, too.
///
/// A change beyond the half, or one that would leave less than `least` samples, is no warm-up but a
/// run that did not settle; there is no further cut then (the rule of the half: Hoad, Robinson &
/// Davies, Automating Warm-Up Length Estimation, Journal of the Operational Research Society 61,
/// 2010). Fewer than 20 batches say nothing: settled, nothing cut. Shortest warm-up that can be
/// seen: 4 batches.
///
/// Measured on 1,000 stationary runs each: of independent samples of a heavy tail (Pareto,
/// shape 1.5) 0.4 % of the runs are cut and 0.9 % called unsettled, 0.1 % of all samples are lost;
/// of samples with a correlation of 0.9 from one to the next 0.3 % and 0.9 %. Precondition: finite.
WarmUp warm_up_of(std::span<const double> samples, std::size_t least = 1);

inline constexpr double change_limit = 3.4;  ///< standard deviations, of the largest of all points

}  // namespace moderato
