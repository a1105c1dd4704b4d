// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <Eigen/Core>
#include <vector>

#include "search/encoding.hpp"

namespace moderato {

// The covariance of log scores between settings. Private to the module.
//
//   k(a, b) = ([same branch] (offset^2 + alone^2 mean of M(r of one dimension) + local^2 M(r))
//              + shared^2 M(r of what all branches use))
//             x (alike where just one of a, b is of an earlier study)
//
// M is Matern 5/2 with a length scale a dimension (Rasmussen & Williams, Gaussian Processes for
// Machine Learning, 2006, eq. 4.17). A sum of products of covariances, so positive semi-definite:
// points of different branches have in common what all branches use, and nothing else. The mean
// over single dimensions is what each knob does by itself, whatever the others are (Duvenaud,
// Nickisch & Rasmussen, Additive Gaussian Processes, NIPS 2011): a time that was bad with one
// number of frames is then taken for bad with all. How alike an earlier study is, 0 to 1, is fitted
// as the rest is: where it misleads, it comes to count for nothing (a multi-task covariance of two
// tasks; Bonilla, Chai & Williams, NIPS 2007).

/// All as logarithms: what is fitted.
struct KernelParameters {
  double offset = 0, alone = 0, local = 0, shared = 0;  ///< standard deviations
  double special = 0;                                   ///< extra distance of a special value
  double alike = 0;                                     ///< log odds
  Eigen::VectorXd length;                               ///< D length scales

  Eigen::VectorXd packed() const;
  static KernelParameters unpacked(const Eigen::VectorXd& packed);
};

inline constexpr Eigen::Index before_lengths = 6;

/// Each pair of a row of `a` and a row of `b`, made once a fit. A knob has few values: what depends
/// on one dimension alone is worked out for pairs of its values.
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
  struct Dimension {
    std::vector<Eigen::Index> of_a, of_b;  ///< which of the values a row has
    Eigen::ArrayXXd apart, special;        ///< squared differences, by value of a and value of b
  };

  static Dimension dimension_of(const Points& a, const Points& b, int d);
  /// r^2 of one dimension, by values.
  Eigen::ArrayXXd squared_distance(const KernelParameters& parameters, int d) const;
  /// r^2 over some dimensions, by rows.
  Eigen::ArrayXXd squared_distance(const KernelParameters& parameters,
                                   const std::vector<int>& dimensions) const;
  /// Adds what is told by values to each pair of rows that has them.
  void add_by_values(Eigen::ArrayXXd& to, const Eigen::ArrayXXd& by_values, int d) const;
  /// The sums over the pairs of rows that have the same values.
  Eigen::ArrayXXd sums_by_values(const Eigen::ArrayXXd& by_rows, int d) const;
  Eigen::ArrayXXd alike(const KernelParameters& parameters) const;

  Eigen::ArrayXXd same_branch_, other_study_;
  std::vector<Dimension> dimensions_;
  std::vector<int> all_, common_;
};

/// Variance of a point before any data: the covariance with itself.
double prior_variance(const KernelParameters& parameters, bool any_common);

}  // namespace moderato
