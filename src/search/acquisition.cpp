// SPDX-License-Identifier: Apache-2.0
#include "search/acquisition.hpp"

#include <cmath>
#include <numbers>

namespace moderato {

Eigen::VectorXd expected_improvement(const Belief& belief, double best) {
  const Eigen::ArrayXd deviation = belief.variance.array().sqrt();
  const Eigen::ArrayXd z = (best - belief.mean.array()) / deviation;
  const Eigen::ArrayXd below =
      z.unaryExpr([](double v) { return std::erfc(-v / std::numbers::sqrt2) / 2; });
  const Eigen::ArrayXd density = (-z.square() / 2).exp() / std::sqrt(2 * std::numbers::pi);
  return (deviation * (z * below + density)).matrix();
}

Eigen::VectorXd lower_confidence_bound(const Belief& belief, double deviations) {
  return belief.mean - deviations * belief.variance.cwiseSqrt();
}

}  // namespace moderato
