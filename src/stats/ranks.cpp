// SPDX-License-Identifier: Apache-2.0
#include "stats/ranks.hpp"

#include <algorithm>
#include <cmath>

namespace moderato {

double on_grid(double aligned) {
  return std::round(std::ldexp(aligned, 30));
}

std::int64_t doubled_rank(const std::vector<double>& sorted, double score) {
  const auto [first, last] = std::ranges::equal_range(sorted, score);
  return (first - sorted.begin()) + (last - sorted.begin()) + 1;
}

std::uint64_t below(std::uint64_t bound, std::mt19937_64& generator) {
  const std::uint64_t usable = UINT64_MAX - UINT64_MAX % bound;
  std::uint64_t value = generator();
  while (value >= usable)
    value = generator();
  return value % bound;
}

}  // namespace moderato
