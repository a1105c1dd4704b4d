// SPDX-License-Identifier: Apache-2.0
#include "search/design.hpp"

#include <algorithm>
#include <limits>
#include <optional>

#include "core/shuffle.hpp"

namespace moderato {
namespace {

double squared_distance(const Points& a, Eigen::Index i, const Points& b, Eigen::Index j) {
  return (a.x.row(i) - b.x.row(j)).squaredNorm() +
         (a.special.row(i) - b.special.row(j)).squaredNorm();
}

}  // namespace

std::vector<Eigen::Index> closest(const Points& wanted, const Points& points) {
  std::vector<Eigen::Index> result;
  for (Eigen::Index i = 0; i < wanted.x.rows(); ++i) {
    std::optional<Eigen::Index> best;
    double least = std::numeric_limits<double>::infinity();
    for (Eigen::Index j = 0; j < points.x.rows(); ++j) {
      if (points.branch[j] != wanted.branch[i]) continue;
      const double distance = squared_distance(wanted, i, points, j);
      if (distance < least) {
        least = distance;
        best = j;
      }
    }
    if (best && std::ranges::find(result, *best) == result.end()) result.push_back(*best);
  }
  return result;
}

std::vector<Eigen::Index> spread_out(const Points& points, int branch, std::size_t count,
                                     std::span<const Eigen::Index> taken, std::mt19937_64& random) {
  std::vector<Eigen::Index> rows;
  for (Eigen::Index i = 0; i < points.x.rows(); ++i)
    if (points.branch[i] == branch) rows.push_back(i);
  shuffle(rows, random);
  std::vector<double> gap(rows.size(), std::numeric_limits<double>::infinity());
  const auto keep_away_from = [&](Eigen::Index other) {
    for (std::size_t k = 0; k < rows.size(); ++k)
      gap[k] = std::min(gap[k], squared_distance(points, rows[k], points, other));
  };
  for (const Eigen::Index other : taken)
    if (points.branch[other] == branch) keep_away_from(other);
  std::vector<Eigen::Index> result;
  while (result.size() < count && !rows.empty()) {
    const auto farthest = std::ranges::max_element(gap);
    if (*farthest <= 0) break;
    result.push_back(rows[static_cast<std::size_t>(farthest - gap.begin())]);
    keep_away_from(result.back());
  }
  return result;
}

}  // namespace moderato
