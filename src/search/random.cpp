// SPDX-License-Identifier: Apache-2.0
#include "search/random.hpp"

#include <algorithm>
#include <random>

#include "core/shuffle.hpp"
#include "search/design.hpp"

namespace moderato {

RandomSearcher::RandomSearcher(SearchTask task) {
  std::mt19937_64 random(task.seed);
  const Encoding encoding(task.space, task.baseline);
  std::vector<Candidate> anchors;
  for (const Settings& settings : task.anchors)
    anchors.push_back({0, settings});
  const auto first = closest(encoding.encode(anchors), encoding.encode(task.candidates));
  for (const Eigen::Index row : first)
    order_.push_back(task.candidates[static_cast<std::size_t>(row)]);
  std::vector<Candidate> rest;
  for (std::size_t i = 0; i < task.candidates.size(); ++i)
    if (std::ranges::find(first, static_cast<Eigen::Index>(i)) == first.end())
      rest.push_back(task.candidates[i]);
  shuffle(rest, random);
  order_.insert(order_.end(), rest.begin(), rest.end());
}

std::vector<Candidate> RandomSearcher::ask(std::size_t count) {
  const auto first = order_.begin() + static_cast<std::ptrdiff_t>(next_);
  count = std::min(count, order_.size() - next_);
  next_ += count;
  return {first, first + static_cast<std::ptrdiff_t>(count)};
}

}  // namespace moderato
