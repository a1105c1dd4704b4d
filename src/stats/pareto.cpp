// SPDX-License-Identifier: Apache-2.0
#include "stats/pareto.hpp"

#include <algorithm>
#include <stdexcept>

#include "stats/finite.hpp"

namespace moderato {
namespace {

bool dominates(const std::vector<double>& a, const std::vector<double>& b) {
  return a != b && std::ranges::equal(a, b, std::ranges::less_equal{});
}

}  // namespace

std::vector<std::size_t> pareto_set(std::span<const std::vector<double>> points) {
  std::vector<std::size_t> set;
  for (std::size_t i = 0; i < points.size(); ++i) {
    require_finite(points[i], "pareto_set");
    if (points[i].size() != points.front().size())
      throw std::invalid_argument("pareto_set: the points differ in their number of figures");
    const bool dominated = std::ranges::any_of(
        points, [&](const std::vector<double>& other) { return dominates(other, points[i]); });
    if (!dominated) set.push_back(i);
  }
  return set;
}

}  // namespace moderato
