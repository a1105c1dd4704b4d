// SPDX-License-Identifier: Apache-2.0
#include "search/model_view.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "search/bayesian.hpp"

namespace moderato {
namespace {

constexpr std::size_t fewest_scores = 5, most_scores = 100;

/// The best half of what there is room for, and of the rest each so many; always `about`.
std::vector<Told> thinned(std::span<const Told> told, int about) {
  std::vector<Told> sorted(told.begin(), told.end());
  std::erase_if(sorted, [](const Told& one) { return std::isnan(one.score.log_ratio); });
  std::ranges::stable_sort(sorted, {}, [&](const Told& one) {
    return std::pair(one.candidate.number != about, one.score.log_ratio);
  });
  if (sorted.size() <= most_scores) return sorted;
  const std::size_t best = most_scores / 2, others = sorted.size() - best;
  std::vector<Told> some(sorted.begin(), sorted.begin() + static_cast<std::ptrdiff_t>(best));
  for (std::size_t i = 0; i < most_scores - best; ++i)
    some.push_back(sorted[best + i * others / (most_scores - best)]);
  return some;
}

}  // namespace

std::optional<ModelView> model_view(SearchTask task, std::span<const Told> told, int about) {
  const std::vector<Told> some = thinned(told, about);
  if (some.size() < fewest_scores || some.front().candidate.number != about) return std::nullopt;
  task.candidates.clear();
  for (const Told& one : some)
    task.candidates.push_back(one.candidate);
  BayesianSearcher searcher(std::move(task));
  for (const Told& one : some)
    searcher.tell(one.candidate, one.score);
  ModelView view = searcher.view(some.front().candidate);
  if (view.relevance.empty()) return std::nullopt;
  return view;
}

}  // namespace moderato
