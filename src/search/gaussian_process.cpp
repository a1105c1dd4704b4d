// SPDX-License-Identifier: Apache-2.0
#include "search/gaussian_process.hpp"

#include <algorithm>
#include <cmath>
#include <nlopt.hpp>
#include <numbers>

namespace moderato {
namespace {

constexpr int evaluations_of_a_fit = 20;
/// An outlier is 1.7 to 9 times slower (log: 0.5 to 2.2), the mean in between.
constexpr double outlier_shift = 1.2, outlier_spread = 0.6;
constexpr double jitter = 1e-8;

/// Normal densities of the logarithms of the parameters, for values of standard deviation 1 over
/// dimensions of length 1.
struct Prior {
  double mean, deviation;
};
constexpr Prior offset_prior{-0.4, 1}, alone_prior{0, 1}, local_prior{-0.7, 1},
    shared_prior{-0.7, 1}, special_prior{-1.6, 0.7}, length_prior{-1.4, 0.3}, alike_prior{1.5, 1.5};
constexpr double noise_deviation = 0.3;

double normal_density(double z) {
  return std::exp(-z * z / 2) / std::sqrt(2 * std::numbers::pi);
}

Eigen::VectorXd prior_means(Eigen::Index dimensions, double log_noise) {
  Eigen::VectorXd means(before_lengths + 1 + dimensions);
  means << offset_prior.mean, alone_prior.mean, local_prior.mean, shared_prior.mean,
      special_prior.mean, alike_prior.mean,
      Eigen::VectorXd::Constant(dimensions, length_prior.mean), log_noise;
  return means;
}

Eigen::VectorXd prior_deviations(Eigen::Index dimensions) {
  Eigen::VectorXd deviations(before_lengths + 1 + dimensions);
  deviations << offset_prior.deviation, alone_prior.deviation, local_prior.deviation,
      shared_prior.deviation, special_prior.deviation, alike_prior.deviation,
      Eigen::VectorXd::Constant(dimensions, length_prior.deviation), noise_deviation;
  return deviations;
}

Eigen::VectorXd joined(const Eigen::VectorXd& a, const Eigen::VectorXd& b) {
  Eigen::VectorXd both(a.size() + b.size());
  both << a, b;
  return both;
}

}  // namespace

GaussianProcess::GaussianProcess(const Encoding& encoding, NoiseModel noise)
    : expected_noise_(noise), noise_(noise.spread) {
  for (int d = 0; d < encoding.dimensions(); ++d)
    if (encoding.always_in_use(d)) common_.push_back(d);
  const Eigen::VectorXd means = prior_means(encoding.dimensions(), 0);
  kernel_ = KernelParameters::unpacked(means.head(means.size() - 1));
}

void GaussianProcess::fit(Observations seen, bool refit) {
  seen_ = std::move(seen);
  outlier_ = Eigen::VectorXd::Zero(seen_.values.size());
  mean_ = seen_.values.mean();
  // Values that differ by less than noise do not show that all others do, too.
  scale_ = std::max(std::sqrt((seen_.values.array() - mean_).square().mean()),
                    std::max(expected_noise_.spread, 1e-6));
  standardised_ = (seen_.values.array() - mean_) / scale_;
  pairs_.assign(1, Pairs(seen_.points, seen_.points, common_));
  // By the parameters of the last fit first, so that an outlier does not lead the next one astray.
  log_noise_ = std::log(noise_ / scale_);
  factorise();
  judge_outliers();
  if (refit) {
    optimise();
    factorise();
    judge_outliers();
  }
  factorise();
}

Eigen::VectorXd GaussianProcess::noise_variances(double log_noise) const {
  return std::exp(2 * log_noise) /
         (seen_.rounds.array() * (1 - outlier_.array()).square().max(1e-4));
}

double GaussianProcess::loss(const Eigen::VectorXd& packed, Eigen::VectorXd& gradient) const {
  const auto kernel = KernelParameters::unpacked(packed.head(packed.size() - 1));
  const Eigen::VectorXd noise = noise_variances(packed[packed.size() - 1]);
  Eigen::MatrixXd covariance = pairs_.front().covariance(kernel);
  covariance.diagonal() += noise;
  covariance.diagonal().array() += jitter;
  const Eigen::LLT<Eigen::MatrixXd> factor(covariance);
  const auto n = standardised_.size();
  const Eigen::MatrixXd inverse = factor.solve(Eigen::MatrixXd::Identity(n, n));
  const Eigen::VectorXd weighted = inverse * standardised_;
  const Eigen::MatrixXd weights = (inverse - weighted * weighted.transpose()) / 2;
  gradient.resize(packed.size());
  gradient << pairs_.front().gradient(kernel, weights, covariance),
      2 * weights.diagonal().cwiseProduct(noise).sum();
  const Eigen::VectorXd off =
      (packed - prior_means(kernel.length.size(), std::log(expected_noise_.spread / scale_)))
          .cwiseQuotient(prior_deviations(kernel.length.size()));
  gradient += off.cwiseQuotient(prior_deviations(kernel.length.size()));
  return standardised_.dot(weighted) / 2 + factor.matrixLLT().diagonal().array().log().sum() +
         off.squaredNorm() / 2;
}

void GaussianProcess::optimise() {
  Eigen::VectorXd start(before_lengths + 1 + kernel_.length.size());
  start << kernel_.packed(), log_noise_;
  nlopt::opt search(nlopt::LD_LBFGS, static_cast<unsigned>(start.size()));
  search.set_maxeval(evaluations_of_a_fit);
  search.set_ftol_rel(1e-4);
  search.set_lower_bounds(-6);
  search.set_upper_bounds(3);
  auto evaluate = [this](const std::vector<double>& at, std::vector<double>& slope) {
    Eigen::VectorXd gradient;
    const double value =
        loss(Eigen::Map<const Eigen::VectorXd>(at.data(), static_cast<Eigen::Index>(at.size())),
             gradient);
    std::copy(gradient.begin(), gradient.end(), slope.begin());
    return value;
  };
  using Evaluate = decltype(evaluate);
  search.set_min_objective([](const std::vector<double>& at, std::vector<double>& slope,
                              void* data) { return (*static_cast<Evaluate*>(data))(at, slope); },
                           &evaluate);
  std::vector<double> best(start.begin(), start.end());
  for (double& value : best)
    value = std::clamp(value, -5.99, 2.99);
  double least = 0;
  try {
    search.optimize(best, least);
  } catch (const std::exception&) {
    // L-BFGS gives up where rounding hides the slope; the best point so far is in `best`.
  }
  const Eigen::Map<const Eigen::VectorXd> found(best.data(), start.size());
  if (!found.allFinite()) return;
  kernel_ = KernelParameters::unpacked(found.head(start.size() - 1));
  log_noise_ = found[start.size() - 1];
  noise_ = std::exp(log_noise_) * scale_;
}

void GaussianProcess::factorise() {
  Eigen::MatrixXd covariance = pairs_.front().covariance(kernel_);
  covariance.diagonal() += noise_variances(log_noise_);
  covariance.diagonal().array() += jitter;
  factor_.compute(covariance);
  weighted_ = factor_.solve(standardised_);
}

/// Bayes, with what the other values say of each (leave one out: Rasmussen & Williams eq. 5.12).
void GaussianProcess::judge_outliers() {
  const auto n = standardised_.size();
  const Eigen::VectorXd precision = factor_.solve(Eigen::MatrixXd::Identity(n, n)).diagonal();
  const Eigen::VectorXd noise = noise_variances(log_noise_);
  const double clean = std::exp(2 * log_noise_);
  for (Eigen::Index i = 0; i < n; ++i) {
    const double residual = weighted_[i] / precision[i];
    const double of_others = std::max(1 / precision[i] - noise[i], 0.0);
    const double inside = std::sqrt(of_others + clean / seen_.rounds[i]);
    const double shift = outlier_shift / scale_;
    const double outside = std::sqrt(inside * inside + std::pow(outlier_spread / scale_, 2));
    // Nothing runs much faster by chance. A median of three or more is an outlier only if half of
    // its rounds are.
    const double rate = std::pow(expected_noise_.outlier_rate, std::ceil(seen_.rounds[i] / 2));
    const double as_outlier = rate * normal_density((residual - shift) / outside) / outside;
    const double as_clean = (1 - rate) * normal_density(residual / inside) / inside;
    const double sum = as_outlier + as_clean;
    const double probability = sum > 0 ? as_outlier / sum : 1;
    outlier_[i] = residual > 0 ? probability : 0;
  }
}

/// A block of points at a time, so that what is in between stays in the cache.
Belief GaussianProcess::predict(const Points& points) const {
  constexpr Eigen::Index block = 32;
  const Eigen::Index all = points.x.rows();
  const double before = prior_variance(kernel_, !common_.empty());
  Belief belief{Eigen::VectorXd(all), Eigen::VectorXd(all)};
  for (Eigen::Index first = 0; first < all; first += block) {
    const Eigen::Index n = std::min(block, all - first);
    const Points some{points.x.middleRows(first, n), points.special.middleRows(first, n),
                      points.branch.segment(first, n), points.study.segment(first, n)};
    const Eigen::MatrixXd to_seen = Pairs(seen_.points, some, common_).covariance(kernel_);
    const Eigen::MatrixXd half = factor_.matrixL().solve(to_seen);
    belief.mean.segment(first, n) = (to_seen.transpose() * weighted_).array() * scale_ + mean_;
    belief.variance.segment(first, n) =
        (before - half.colwise().squaredNorm().transpose().array()).max(1e-10) * scale_ * scale_;
  }
  return belief;
}

void GaussianProcess::imagine(const Points& points) {
  const Belief expected = predict(points);
  seen_.points = joined(seen_.points, points);
  seen_.values = joined(seen_.values, expected.mean);
  seen_.rounds = joined(seen_.rounds, Eigen::VectorXd::Ones(points.x.rows()));
  outlier_ = joined(outlier_, Eigen::VectorXd::Zero(points.x.rows()));
  standardised_ = (seen_.values.array() - mean_) / scale_;
  pairs_.assign(1, Pairs(seen_.points, seen_.points, common_));
  factorise();
}

}  // namespace moderato
