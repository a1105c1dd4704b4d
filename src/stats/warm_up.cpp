// SPDX-License-Identifier: Apache-2.0
#include "stats/warm_up.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "stats/finite.hpp"

namespace moderato {
namespace {

constexpr std::size_t most_batches = 400, fewest_batches = 20, smallest_batch = 5;
constexpr double first_third_limit = 2;

/// The mid-rank of each value among all.
std::vector<double> ranks_of(std::span<const double> values) {
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, {}, [&](std::size_t i) { return values[i]; });
  std::vector<double> ranks(values.size());
  for (std::size_t begin = 0, end = 0; begin < order.size(); begin = end) {
    while (end < order.size() && values[order[end]] == values[order[begin]])
      ++end;
    for (std::size_t i = begin; i < end; ++i)
      ranks[order[i]] = static_cast<double>(begin + end - 1) / 2;
  }
  return ranks;
}

/// What does not fill a batch at the end is left out.
std::vector<double> batch_means(std::span<const double> values, std::size_t size) {
  std::vector<double> means;
  for (std::size_t begin = 0; begin + size <= values.size(); begin += size) {
    const auto batch = values.subspan(begin, size);
    means.push_back(std::accumulate(batch.begin(), batch.end(), 0.0) / static_cast<double>(size));
  }
  return means;
}

/// What is left of `values` beside the straight line through them (least squares).
std::vector<double> without_trend(std::span<const double> values) {
  const auto n = static_cast<double>(values.size());
  const double middle = (n - 1) / 2, mean = std::accumulate(values.begin(), values.end(), 0.0) / n;
  double slope = 0;
  for (std::size_t i = 0; i < values.size(); ++i)
    slope += (static_cast<double>(i) - middle) * values[i] / (n * (n * n - 1) / 12);
  std::vector<double> left;
  for (std::size_t i = 0; i < values.size(); ++i)
    left.push_back(values[i] - mean - slope * (static_cast<double>(i) - middle));
  return left;
}

/// By how much the variance of a mean of many batches exceeds that of independent ones: of a
/// first-order process with the correlation that neighbours in the second half have.
double inflation(std::span<const double> ranks) {
  const std::vector<double> half = without_trend(ranks.subspan(ranks.size() / 2));
  double square = 0, product = 0;
  for (std::size_t i = 0; i < half.size(); ++i) {
    square += half[i] * half[i];
    if (i > 0) product += half[i] * half[i - 1];
  }
  const double correlation = square > 0 ? std::clamp(product / square, 0.0, 0.99) : 0;
  return (1 + correlation) / (1 - correlation);
}

/// How far the rank sum of so many batches is off, in standard deviations; below 0: they are less.
double distance(double sum, std::size_t some, std::size_t all, double inflated) {
  const auto m = static_cast<double>(some), n = static_cast<double>(all);
  return (sum - m * (n - 1) / 2) / std::sqrt(m * (n - m) * (n + 1) / 12 * inflated);
}

struct Change {
  std::size_t at = 0;  ///< batches before it
  double distance = 0;
};

/// The point before and after which the batches differ most.
Change most_distant(const std::vector<double>& ranks, double inflated) {
  Change change;
  double sum = 0;
  for (std::size_t before = 1; before < ranks.size(); ++before) {
    sum += ranks[before - 1];
    const double off = distance(sum, before, ranks.size(), inflated);
    if (std::abs(off) > std::abs(change.distance)) change = {before, off};
  }
  return change;
}

/// Whether what is before the change is unlike the rest from its beginning on: of a burst further
/// on it is not. The first third of it tells.
bool from_the_beginning(const std::vector<double>& ranks, const Change& change, double inflated) {
  const std::size_t some = (change.at + 2) / 3;
  const double sum =
      std::accumulate(ranks.begin(), ranks.begin() + static_cast<std::ptrdiff_t>(some), 0.0);
  const double off = distance(sum, some, ranks.size(), inflated);
  return off * change.distance > 0 && std::abs(off) > first_third_limit;
}

}  // namespace

WarmUp warm_up_of(std::span<const double> samples, std::size_t least) {
  require_finite(samples, "warm_up_of");
  const std::size_t size =
      std::max(smallest_batch, (samples.size() + most_batches - 1) / most_batches);
  const std::vector<double> batches = batch_means(ranks_of(samples), size);
  std::size_t cut = 0;
  while (batches.size() - cut >= fewest_batches) {
    const std::vector<double> ranks = ranks_of(std::span(batches).subspan(cut));
    const double inflated = inflation(ranks);
    const Change change = most_distant(ranks, inflated);
    if (std::abs(change.distance) <= change_limit) break;
    const bool late = cut + change.at > batches.size() / 2;
    if (!late && !from_the_beginning(ranks, change, inflated)) break;
    const std::size_t more = cut + change.at;
    const bool left = more <= batches.size() / 2 && samples.size() - more * size >= least;
    if (!left) return {cut * size, false};
    cut = more;
  }
  return {cut * size, true};
}

}  // namespace moderato
