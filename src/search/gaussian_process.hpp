// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <Eigen/Cholesky>
#include <Eigen/Core>
#include <vector>

#include "search/encoding.hpp"
#include "search/kernel.hpp"

namespace moderato {

/// What was seen: N points with a value each. Private to the module, as is all below.
struct Observations {
  Points points;
  Eigen::VectorXd values;
  Eigen::VectorXd rounds;  ///< that a value is the median of: its noise variance shrinks by that
};

struct Belief {
  Eigen::VectorXd mean, variance;  ///< of the value itself, without the noise of a measurement
};

/// Which noise to expect in a value of one round. Outliers are high, never low (see
/// is_outlier() in the .cpp).
struct NoiseModel {
  double spread = 0.02;  ///< standard deviation of what is no outlier, a guess to start from
  double outlier_rate = 0.04;
};

/// A Gaussian process over log scores: constant mean, kernel.hpp's covariance, parameters of the
/// largest posterior density (marginal likelihood, times broad priors that keep few data from
/// saying much), found by L-BFGS from the parameters of the last fit. A value that is more likely
/// an outlier than not, given all others, counts for less.
class GaussianProcess {
 public:
  GaussianProcess(const Encoding& encoding, NoiseModel noise);

  /// `refit`: also look for better parameters; else those of the last fit stay.
  void fit(Observations seen, bool refit);
  Belief predict(const Points& points) const;
  /// As if each point had been measured and had given what the model expects.
  void imagine(const Points& points);

  /// Probability of each value seen to be an outlier.
  const Eigen::VectorXd& outlier_probability() const { return outlier_; }
  const KernelParameters& parameters() const { return kernel_; }
  double noise() const { return noise_; }

 private:
  void optimise();
  void factorise();
  void judge_outliers();
  Eigen::VectorXd noise_variances(double log_noise) const;
  double loss(const Eigen::VectorXd& packed, Eigen::VectorXd& gradient) const;

  NoiseModel expected_noise_;
  std::vector<int> common_;
  Observations seen_;
  KernelParameters kernel_;
  double noise_;          ///< standard deviation of one round
  double log_noise_ = 0;  ///< its logarithm, in units of scale_
  double mean_ = 0, scale_ = 1;
  Eigen::VectorXd standardised_, outlier_, weighted_;
  std::vector<Pairs> pairs_;  ///< of what was seen; none or one
  Eigen::LLT<Eigen::MatrixXd> factor_;
};

}  // namespace moderato
