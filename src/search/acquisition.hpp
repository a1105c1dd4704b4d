// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <Eigen/Core>

#include "search/gaussian_process.hpp"

namespace moderato {

/// Expected improvement of each point over `best`, for values to be minimised: the mean of
/// max(best - f, 0) for f normal (Jones, Schonlau & Welch 1998, eq. 15). `best` is what the model
/// believes of the best point seen, not the luckiest measurement.
Eigen::VectorXd expected_improvement(const Belief& belief, double best);

/// So many standard deviations below the mean (Srinivas et al. 2010, of what is to be minimised):
/// to look where something good may well be, although little is known.
Eigen::VectorXd lower_confidence_bound(const Belief& belief, double deviations);

}  // namespace moderato
