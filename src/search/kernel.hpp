// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <Eigen/Core>
#include <vector>

#include "search/encoding.hpp"

namespace moderato {

// The covariance of log scores between settings. Private to the module.
//
//   k(a, b) = ([same branch] (offset^2 + local^2 M(r)) + shared^2 M(r of what all branches use))
//             x (alike where just one of a, b is of an earlier study)
//
// M is Matern 5/2 with a length scale a dimension (Rasmussen & Williams, Gaussian Processes for
// Machine Learning, 2006, eq. 4.17). A sum of products of covariances, so positive semi-definite:
// points of different branches have in common what all branches use, and nothing else. How alike
// an earlier study is, 0 to 1, is fitted as the rest is: where it misleads, it comes to count for
// nothing (a multi-task covariance of two tasks; Bonilla, Chai & Williams, NIPS 2007).

/// All as logarithms: what is fitted.
struct KernelParameters {
  double offset = 0, local = 0, shared = 0;  ///< standard deviations
  double special = 0;                        ///< extra distance of a special value
  double alike = 0;                          ///< log odds
  Eigen::VectorXd length;                    ///< D length scales

  Eigen::VectorXd packed() const;
  static KernelParameters unpacked(const Eigen::VectorXd& packed);
};

inline constexpr Eigen::Index before_lengths = 5;

/// Squared differences of each pair of rows, made once a fit.
class Pairs {
 public:
  /// `common`: the dimensions that all branches use.
  Pairs(const Points& a, const Points& b, const std::vector<int>& common);

  Eigen::MatrixXd covariance(const KernelParameters& parameters) const;
  /// Of a symmetric set of pairs: sum of `weights` times the derivative of the covariance by each
  /// parameter, in the order of KernelParameters::packed(). `covariance`: by these parameters;
  /// noise may have been added to its diagonal.
  Eigen::VectorXd gradient(const KernelParameters& parameters, const Eigen::MatrixXd& weights,
                           const Eigen::MatrixXd& covariance) const;

 private:
  /// r^2 over some dimensions.
  Eigen::ArrayXXd squared_distance(const KernelParameters& parameters,
                                   const std::vector<int>& dimensions) const;
  Eigen::ArrayXXd alike(const KernelParameters& parameters) const;
  Eigen::ArrayXXd same_branch_, other_study_;
  std::vector<Eigen::ArrayXXd> apart_, special_;  ///< a dimension
  std::vector<int> all_, common_;
};

/// Variance of a point before any data: the covariance with itself.
double prior_variance(const KernelParameters& parameters, bool any_common);

}  // namespace moderato
