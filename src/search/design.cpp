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

std::vector<Candidate> as_candidates(const std::vector<Settings>& settings) {
  std::vector<Candidate> result;
  for (const Settings& some : settings)
    result.push_back({0, some});
  return result;
}

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

Eigen::MatrixXi ranks_of(const Eigen::MatrixXd& x) {
  Eigen::MatrixXi ranks(x.rows(), x.cols());
  for (Eigen::Index column = 0; column < x.cols(); ++column) {
    std::vector<double> values(x.col(column).begin(), x.col(column).end());
    std::ranges::sort(values);
    const auto repeated = std::ranges::unique(values);
    values.erase(repeated.begin(), repeated.end());
    for (Eigen::Index row = 0; row < x.rows(); ++row)
      ranks(row, column) =
          static_cast<int>(std::ranges::lower_bound(values, x(row, column)) - values.begin());
  }
  return ranks;
}

std::vector<Eigen::Index> with_new_values(const Eigen::MatrixXi& ranks,
                                          std::span<const Eigen::Index> rows,
                                          std::span<const Eigen::Index> taken) {
  // By rank and dimension: 1 where none of `taken` has it.
  Eigen::ArrayXXi untried = Eigen::ArrayXXi::Ones(ranks.rows(), ranks.cols());
  for (const Eigen::Index row : taken) {
    for (Eigen::Index d = 0; d < ranks.cols(); ++d)
      untried(ranks(row, d), d) = 0;
  }
  std::vector<Eigen::Index> result;
  int most = 0;
  for (const Eigen::Index row : rows) {
    int here = 0;
    for (Eigen::Index d = 0; d < ranks.cols(); ++d)
      here += untried(ranks(row, d), d);
    if (here < most) continue;
    if (here > most) result.clear();
    most = here;
    result.push_back(row);
  }
  return result;
}

std::vector<Eigen::Index> spread_out(const Points& points, const Eigen::MatrixXi& ranks, int branch,
                                     std::size_t count, std::span<const Eigen::Index> taken,
                                     std::mt19937_64& random) {
  std::vector<Eigen::Index> open, before, result;
  for (Eigen::Index i = 0; i < points.x.rows(); ++i)
    if (points.branch[i] == branch) open.push_back(i);
  shuffle(open, random);
  Eigen::VectorXd gap =
      Eigen::VectorXd::Constant(points.x.rows(), std::numeric_limits<double>::infinity());
  const auto keep_away_from = [&](Eigen::Index other) {
    before.push_back(other);
    for (const Eigen::Index row : open)
      gap[row] = std::min(gap[row], squared_distance(points, row, points, other));
    std::erase_if(open, [&](Eigen::Index row) { return gap[row] <= 0; });
  };
  for (const Eigen::Index other : taken)
    if (points.branch[other] == branch) keep_away_from(other);
  while (result.size() < count && !open.empty()) {
    const auto fresh = with_new_values(ranks, open, before);
    result.push_back(*std::ranges::max_element(fresh, {}, [&](auto row) { return gap[row]; }));
    keep_away_from(result.back());
  }
  return result;
}

}  // namespace moderato
