// SPDX-License-Identifier: Apache-2.0
#include "stats/interval.hpp"

#include <algorithm>
#include <boost/math/distributions/binomial.hpp>
#include <stdexcept>
#include <vector>

#include "stats/finite.hpp"

namespace moderato {
namespace {

/// Probability that the median lies between the k-th smallest and the k-th largest of n values.
double coverage(std::size_t n, std::size_t k) {
  const boost::math::binomial_distribution<double> heads(static_cast<double>(n), 0.5);
  return 1 - 2 * boost::math::cdf(heads, static_cast<double>(k - 1));
}

/// The largest k with enough coverage, by bisection (coverage falls with k); 0 if there is none.
std::size_t deepest_rank(std::size_t n, double confidence) {
  std::size_t enough = 0, too_deep = n / 2 + 1;
  while (too_deep - enough > 1) {
    const std::size_t k = (enough + too_deep) / 2;
    (coverage(n, k) >= confidence ? enough : too_deep) = k;
  }
  return enough;
}

}  // namespace

std::optional<Interval> median_interval(std::span<const double> values, double confidence) {
  if (!(confidence > 0 && confidence < 1))
    throw std::invalid_argument("median_interval: confidence is not between 0 and 1");
  require_finite(values, "median_interval");
  const std::size_t k = deepest_rank(values.size(), confidence);
  if (k == 0) return std::nullopt;
  std::vector<double> sorted(values.begin(), values.end());
  std::ranges::sort(sorted);
  return Interval{sorted[k - 1], sorted[sorted.size() - k], coverage(values.size(), k)};
}

}  // namespace moderato
