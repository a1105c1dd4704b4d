// SPDX-License-Identifier: Apache-2.0
#include "search/kernel.hpp"

#include <cmath>
#include <numeric>

namespace moderato {
namespace {

/// Matern 5/2 of s = sqrt(5) r, and what its derivatives by log length and log special share.
struct Matern {
  Eigen::ArrayXXd value, slope;
};

Matern matern(const Eigen::ArrayXXd& squared_distance) {
  const Eigen::ArrayXXd s = (5 * squared_distance).sqrt();
  const Eigen::ArrayXXd decay = (-s).exp();
  return {(1 + s + s.square() / 3) * decay, 5.0 / 3 * (1 + s) * decay};
}

double probability(double log_odds) {
  return 1 / (1 + std::exp(-log_odds));
}

double square(double logarithm) {
  return std::exp(2 * logarithm);
}

}  // namespace

Eigen::VectorXd KernelParameters::packed() const {
  Eigen::VectorXd all(before_lengths + length.size());
  all << offset, local, shared, special, alike, length;
  return all;
}

KernelParameters KernelParameters::unpacked(const Eigen::VectorXd& packed) {
  return {.offset = packed[0],
          .local = packed[1],
          .shared = packed[2],
          .special = packed[3],
          .alike = packed[4],
          .length = packed.tail(packed.size() - before_lengths)};
}

Pairs::Pairs(const Points& a, const Points& b, const std::vector<int>& common) : common_(common) {
  const auto rows = a.x.rows(), columns = b.x.rows();
  const auto difference = [&](const Eigen::MatrixXd& of_a, const Eigen::MatrixXd& of_b, int d) {
    Eigen::ArrayXXd squared(rows, columns);
    for (Eigen::Index j = 0; j < columns; ++j)
      squared.col(j) = (of_a.col(d).array() - of_b(j, d)).square();
    return squared;
  };
  same_branch_ =
      (a.branch.replicate(1, columns).array() == b.branch.transpose().replicate(rows, 1).array())
          .cast<double>();
  other_study_ =
      (a.study.replicate(1, columns).array() != b.study.transpose().replicate(rows, 1).array())
          .cast<double>();
  for (int d = 0; d < static_cast<int>(a.x.cols()); ++d) {
    all_.push_back(d);
    apart_.push_back(difference(a.x, b.x, d));
    special_.push_back(difference(a.special, b.special, d));
  }
}

Eigen::ArrayXXd Pairs::squared_distance(const KernelParameters& parameters,
                                        const std::vector<int>& dimensions) const {
  Eigen::ArrayXXd sum = Eigen::ArrayXXd::Zero(same_branch_.rows(), same_branch_.cols());
  for (const int d : dimensions) {
    const auto i = static_cast<std::size_t>(d);
    sum += (apart_[i] + square(parameters.special) * special_[i]) / square(parameters.length[d]);
  }
  return sum;
}

/// 1 within a study.
Eigen::ArrayXXd Pairs::alike(const KernelParameters& parameters) const {
  return 1 - other_study_ * (1 - probability(parameters.alike));
}

Eigen::MatrixXd Pairs::covariance(const KernelParameters& parameters) const {
  const Matern local = matern(squared_distance(parameters, all_));
  Eigen::ArrayXXd sum =
      same_branch_ * (square(parameters.offset) + square(parameters.local) * local.value);
  if (!common_.empty())
    sum += square(parameters.shared) * matern(squared_distance(parameters, common_)).value;
  return (sum * alike(parameters)).matrix();
}

Eigen::VectorXd Pairs::gradient(const KernelParameters& parameters, const Eigen::MatrixXd& weights,
                                const Eigen::MatrixXd& covariance) const {
  Eigen::VectorXd result = Eigen::VectorXd::Zero(before_lengths + parameters.length.size());
  const Eigen::ArrayXXd in_studies = weights.array() * alike(parameters);
  const Eigen::ArrayXXd in_branch = in_studies * same_branch_;
  result[4] = (weights.array() * covariance.array() * other_study_).sum() *
              (1 - probability(parameters.alike));
  result[0] = 2 * square(parameters.offset) * in_branch.sum();
  const auto add = [&](double amplitude, Eigen::Index place, const Eigen::ArrayXXd& weighted,
                       const std::vector<int>& dimensions) {
    const Matern term = matern(squared_distance(parameters, dimensions));
    result[place] = 2 * square(amplitude) * (weighted * term.value).sum();
    const Eigen::ArrayXXd slope = square(amplitude) * weighted * term.slope;
    for (const int d : dimensions) {
      const auto i = static_cast<std::size_t>(d);
      const double scale = 1 / square(parameters.length[d]);
      const double by_special = (slope * special_[i]).sum() * scale * square(parameters.special);
      result[3] -= by_special;
      result[before_lengths + d] += (slope * apart_[i]).sum() * scale + by_special;
    }
  };
  add(parameters.local, 1, in_branch, all_);
  if (!common_.empty()) add(parameters.shared, 2, in_studies, common_);
  return result;
}

double prior_variance(const KernelParameters& parameters, bool any_common) {
  return square(parameters.offset) + square(parameters.local) +
         (any_common ? square(parameters.shared) : 0);
}

}  // namespace moderato
