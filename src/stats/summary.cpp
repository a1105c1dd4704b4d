// SPDX-License-Identifier: Apache-2.0
#include "stats/summary.hpp"

#include <algorithm>
#include <boost/accumulators/accumulators.hpp>
#include <boost/accumulators/statistics/max.hpp>
#include <boost/accumulators/statistics/mean.hpp>
#include <boost/accumulators/statistics/min.hpp>
#include <boost/accumulators/statistics/stats.hpp>
#include <boost/accumulators/statistics/variance.hpp>
#include <cmath>
#include <stdexcept>
#include <vector>

#include "stats/finite.hpp"

namespace moderato {
namespace {

namespace acc = boost::accumulators;

// The immediate variance updates mean and deviation together. The lazy one subtracts two sums of
// squares, which leaves nothing of a spread of 1 ns around a mean of 1 s.
using Moments =
    acc::accumulator_set<double, acc::stats<acc::tag::min, acc::tag::max, acc::tag::immediate_mean,
                                            acc::tag::variance(acc::immediate)>>;

Moments moments_of(std::span<const double> values) {
  Moments moments;
  for (double value : values)
    moments(value);
  return moments;
}

double sample_sd(const Moments& moments, std::size_t n) {
  if (n < 2) return 0;
  const double count = static_cast<double>(n);
  return std::sqrt(acc::variance(moments) * count / (count - 1));
}

/// Quantiles asked for in ascending order: each selects only in what lies above the one before, so
/// that all figures of a summary cost little more than its median.
class AscendingQuantiles {
 public:
  explicit AscendingQuantiles(std::span<const double> values)
      : values_(values.begin(), values.end()), unordered_(values_.begin()) {}

  double operator()(double q) {
    const double position = q * static_cast<double>(values_.size() - 1);
    const auto below = values_.begin() + static_cast<std::ptrdiff_t>(position);
    const double fraction = position - std::floor(position);
    if (below >= unordered_) {
      std::nth_element(unordered_, below, values_.end());
      unordered_ = below + 1;
    }
    if (fraction == 0 || below + 1 == values_.end()) return *below;
    return std::lerp(*below, above(below), fraction);
  }

 private:
  using Place = std::vector<double>::iterator;

  double above(Place below) {
    if (below + 1 == unordered_) {
      std::iter_swap(unordered_, std::min_element(unordered_, values_.end()));
      ++unordered_;
    }
    return *(below + 1);
  }

  std::vector<double> values_;
  Place unordered_;  ///< everything before it is in its final place or never needed again
};

void require(bool condition, const char* message) {
  if (!condition) throw std::invalid_argument(message);
}

}  // namespace

Summary summarize(std::span<const double> values) {
  require_finite(values, "summarize");
  Summary summary;
  summary.n = values.size();
  if (values.empty()) return summary;
  const Moments moments = moments_of(values);
  summary.min = acc::min(moments);
  summary.max = acc::max(moments);
  // Rounding must not put the mean of equal values outside of them.
  summary.mean = std::clamp(acc::mean(moments), summary.min, summary.max);
  summary.sd = summary.min == summary.max ? 0 : sample_sd(moments, values.size());
  AscendingQuantiles quantile_at(values);
  summary.median = quantile_at(0.5);
  summary.p90 = quantile_at(0.9);
  summary.p95 = quantile_at(0.95);
  summary.p99 = quantile_at(0.99);
  if (values.size() >= min_samples_p999) summary.p999 = quantile_at(0.999);
  return summary;
}

double quantile(std::span<const double> values, double q) {
  require(!values.empty(), "quantile: no values");
  require(q >= 0 && q <= 1, "quantile: q is not between 0 and 1");
  require_finite(values, "quantile");
  return AscendingQuantiles(values)(q);
}

double median(std::span<const double> values) {
  return quantile(values, 0.5);
}

double geometric_mean(std::span<const double> values) {
  return geometric_mean(values, std::vector<double>(values.size(), 1.0));
}

double geometric_mean(std::span<const double> values, std::span<const double> weights) {
  require(!values.empty(), "geometric_mean: no values");
  require(values.size() == weights.size(), "geometric_mean: as many weights as values");
  require_finite(values, "geometric_mean");
  require_finite(weights, "geometric_mean");
  double log_sum = 0, sum = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    require(values[i] > 0, "geometric_mean: a value is not positive");
    require(weights[i] > 0, "geometric_mean: a weight is not positive");
    log_sum += weights[i] * std::log(values[i]);
    sum += weights[i];
  }
  return std::exp(log_sum / sum);
}

}  // namespace moderato
