// SPDX-License-Identifier: Apache-2.0
#include "search/kernel.hpp"

#include <cmath>
#include <numeric>

namespace moderato {
namespace {

/// Matern 5/2 of s = sqrt(5) r, and what its derivatives by log length and log special share.
class Matern {
 public:
  explicit Matern(const Eigen::ArrayXXd& squared_distance)
      : s_((5 * squared_distance).sqrt()), decay_((-s_).exp()) {}
  Eigen::ArrayXXd value() const { return (1 + s_ + s_.square() / 3) * decay_; }
  Eigen::ArrayXXd slope() const { return 5.0 / 3 * (1 + s_) * decay_; }

 private:
  Eigen::ArrayXXd s_, decay_;
};

double probability(double log_odds) {
  return 1 / (1 + std::exp(-log_odds));
}

double square(double logarithm) {
  return std::exp(2 * logarithm);
}

/// The values of a column: which of them each row has.
struct Values {
  std::vector<double> x, special;
  std::vector<Eigen::Index> of_row;
};

Values values_of(const Points& points, int d) {
  Values values;
  for (Eigen::Index row = 0; row < points.x.rows(); ++row) {
    std::size_t i = 0;
    while (i < values.x.size() &&
           (values.x[i] != points.x(row, d) || values.special[i] != points.special(row, d)))
      ++i;
    if (i == values.x.size()) {
      values.x.push_back(points.x(row, d));
      values.special.push_back(points.special(row, d));
    }
    values.of_row.push_back(static_cast<Eigen::Index>(i));
  }
  return values;
}

Eigen::ArrayXXd squared_differences(const std::vector<double>& a, const std::vector<double>& b) {
  const Eigen::Map<const Eigen::ArrayXd> rows(a.data(), static_cast<Eigen::Index>(a.size()));
  Eigen::ArrayXXd result(a.size(), b.size());
  for (std::size_t j = 0; j < b.size(); ++j)
    result.col(static_cast<Eigen::Index>(j)) = (rows - b[j]).square();
  return result;
}

}  // namespace

Eigen::VectorXd KernelParameters::packed() const {
  Eigen::VectorXd all(before_lengths + length.size());
  all << offset, alone, local, shared, special, alike, length;
  return all;
}

KernelParameters KernelParameters::unpacked(const Eigen::VectorXd& packed) {
  return {.offset = packed[0],
          .alone = packed[1],
          .local = packed[2],
          .shared = packed[3],
          .special = packed[4],
          .alike = packed[5],
          .length = packed.tail(packed.size() - before_lengths)};
}

Pairs::Pairs(const Points& a, const Points& b, const std::vector<int>& common) : common_(common) {
  const auto rows = a.x.rows(), columns = b.x.rows();
  same_branch_ =
      (a.branch.replicate(1, columns).array() == b.branch.transpose().replicate(rows, 1).array())
          .cast<double>();
  other_study_ =
      (a.study.replicate(1, columns).array() != b.study.transpose().replicate(rows, 1).array())
          .cast<double>();
  for (int d = 0; d < static_cast<int>(a.x.cols()); ++d) {
    all_.push_back(d);
    dimensions_.push_back(dimension_of(a, b, d));
  }
}

Pairs::Dimension Pairs::dimension_of(const Points& a, const Points& b, int d) {
  Values of_a = values_of(a, d), of_b = values_of(b, d);
  return {std::move(of_a.of_row), std::move(of_b.of_row), squared_differences(of_a.x, of_b.x),
          squared_differences(of_a.special, of_b.special)};
}

void Pairs::add_by_values(Eigen::ArrayXXd& to, const Eigen::ArrayXXd& by_values, int d) const {
  const Dimension& dimension = dimensions_[static_cast<std::size_t>(d)];
  for (Eigen::Index j = 0; j < to.cols(); ++j) {
    const auto column = by_values.col(dimension.of_b[static_cast<std::size_t>(j)]);
    for (Eigen::Index i = 0; i < to.rows(); ++i)
      to(i, j) += column[dimension.of_a[static_cast<std::size_t>(i)]];
  }
}

Eigen::ArrayXXd Pairs::sums_by_values(const Eigen::ArrayXXd& by_rows, int d) const {
  const Dimension& dimension = dimensions_[static_cast<std::size_t>(d)];
  Eigen::ArrayXXd sums = Eigen::ArrayXXd::Zero(dimension.apart.rows(), dimension.apart.cols());
  for (Eigen::Index j = 0; j < by_rows.cols(); ++j) {
    auto column = sums.col(dimension.of_b[static_cast<std::size_t>(j)]);
    for (Eigen::Index i = 0; i < by_rows.rows(); ++i)
      column[dimension.of_a[static_cast<std::size_t>(i)]] += by_rows(i, j);
  }
  return sums;
}

Eigen::ArrayXXd Pairs::squared_distance(const KernelParameters& parameters, int d) const {
  const Dimension& dimension = dimensions_[static_cast<std::size_t>(d)];
  return (dimension.apart + square(parameters.special) * dimension.special) /
         square(parameters.length[d]);
}

Eigen::ArrayXXd Pairs::squared_distance(const KernelParameters& parameters,
                                        const std::vector<int>& dimensions) const {
  Eigen::ArrayXXd sum = Eigen::ArrayXXd::Zero(same_branch_.rows(), same_branch_.cols());
  for (const int d : dimensions)
    add_by_values(sum, squared_distance(parameters, d), d);
  return sum;
}

/// 1 within a study.
Eigen::ArrayXXd Pairs::alike(const KernelParameters& parameters) const {
  return 1 - other_study_ * (1 - probability(parameters.alike));
}

Eigen::MatrixXd Pairs::covariance(const KernelParameters& parameters) const {
  Eigen::ArrayXXd sum =
      square(parameters.offset) +
      square(parameters.local) * Matern(squared_distance(parameters, all_)).value();
  const double share = square(parameters.alone) / static_cast<double>(all_.size());
  for (const int d : all_)
    add_by_values(sum, share * Matern(squared_distance(parameters, d)).value(), d);
  sum *= same_branch_;
  if (!common_.empty())
    sum += square(parameters.shared) * Matern(squared_distance(parameters, common_)).value();
  return (sum * alike(parameters)).matrix();
}

Eigen::VectorXd Pairs::gradient(const KernelParameters& parameters, const Eigen::MatrixXd& weights,
                                const Eigen::MatrixXd& covariance) const {
  Eigen::VectorXd result = Eigen::VectorXd::Zero(before_lengths + parameters.length.size());
  const Eigen::ArrayXXd in_studies = weights.array() * alike(parameters);
  const Eigen::ArrayXXd in_branch = in_studies * same_branch_;
  result[5] = (weights.array() * covariance.array() * other_study_).sum() *
              (1 - probability(parameters.alike));
  result[0] = 2 * square(parameters.offset) * in_branch.sum();
  // By the distance in a dimension; `slope`: of a term by r^2, summed by values.
  const auto add_distance = [&](const Eigen::ArrayXXd& slope, int d) {
    const Dimension& dimension = dimensions_[static_cast<std::size_t>(d)];
    const double scale = 1 / square(parameters.length[d]);
    const double by_special =
        (slope * dimension.special).sum() * scale * square(parameters.special);
    result[4] -= by_special;
    result[before_lengths + d] += (slope * dimension.apart).sum() * scale + by_special;
  };
  const double share = square(parameters.alone) / static_cast<double>(all_.size());
  for (const int d : all_) {
    const Eigen::ArrayXXd weight = share * sums_by_values(in_branch, d);
    const Matern term(squared_distance(parameters, d));
    result[1] += 2 * (weight * term.value()).sum();
    add_distance(weight * term.slope(), d);
  }
  const auto add = [&](double amplitude, Eigen::Index place, const Eigen::ArrayXXd& weighted,
                       const std::vector<int>& dimensions) {
    const Matern term(squared_distance(parameters, dimensions));
    result[place] = 2 * square(amplitude) * (weighted * term.value()).sum();
    const Eigen::ArrayXXd slope = square(amplitude) * weighted * term.slope();
    for (const int d : dimensions)
      add_distance(sums_by_values(slope, d), d);
  };
  add(parameters.local, 2, in_branch, all_);
  if (!common_.empty()) add(parameters.shared, 3, in_studies, common_);
  return result;
}

double prior_variance(const KernelParameters& parameters, bool any_common) {
  const bool any_alone = parameters.length.size() > 0;
  return square(parameters.offset) + (any_alone ? square(parameters.alone) : 0) +
         square(parameters.local) + (any_common ? square(parameters.shared) : 0);
}

}  // namespace moderato
