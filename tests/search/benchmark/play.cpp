// SPDX-License-Identifier: Apache-2.0
#include "search/benchmark/play.hpp"

#include <algorithm>
#include <chrono>
#include <map>
#include <ranges>

#include "stats/summary.hpp"

namespace moderato::benchmark {
namespace {

class Stopwatch {
 public:
  double seconds() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin_).count();
  }

 private:
  std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
};

double best_regret(const Landscape& landscape, const std::vector<int>& finalists) {
  return std::ranges::min(finalists | std::views::transform([&](int candidate) {
                            return regret(landscape, candidate);
                          }));
}

/// One batch; false if the searcher has nothing left to ask.
bool play_batch(const Landscape& landscape, Searcher& searcher, Measurer& measurer,
                const Game& game, Play& played) {
  const std::size_t left = static_cast<std::size_t>(game.budget) - played.evaluations.size();
  const Stopwatch asking;
  const auto batch = searcher.ask(std::min(left, static_cast<std::size_t>(game.batch)));
  played.suggest_seconds += asking.seconds();
  if (batch.empty()) return false;
  const std::vector<Score> scores = measurer.measure(batch);
  for (std::size_t i = 0; i < batch.size(); ++i) {
    const Stopwatch telling;
    searcher.tell(batch[i], scores[i]);
    played.suggest_seconds += telling.seconds();
    played.evaluations.push_back({batch[i].number, scores[i].log_ratio});
    played.regret.push_back(
        best_regret(landscape, recommended(played.evaluations, game.finalists)));
  }
  return true;
}

}  // namespace

std::vector<int> recommended(const std::vector<Evaluation>& evaluations, int count) {
  std::map<int, std::vector<double>> scores;
  for (const auto& [candidate, score] : evaluations)
    if (!std::isnan(score)) scores[candidate].push_back(score);
  std::vector<std::pair<double, int>> below;
  for (const auto& [candidate, values] : scores)
    if (const double value = median(values); value < 0) below.emplace_back(value, candidate);
  std::ranges::sort(below);
  std::vector<int> best;
  for (const auto& [value, candidate] : below | std::views::take(count))
    best.push_back(candidate);
  return best.empty() ? std::vector{0} : best;
}

Play play(const Landscape& landscape, Searcher& searcher, const Game& game, std::uint64_t seed) {
  Play played;
  Measurer measurer(landscape, game.noise, seed);
  const auto budget = static_cast<std::size_t>(game.budget);
  played.regret.push_back(regret(landscape, 0));
  while (played.evaluations.size() < budget) {
    if (play_batch(landscape, searcher, measurer, game, played)) continue;
    played.ended = searcher.why_finished();
    break;
  }
  played.regret.resize(budget + 1, played.regret.back());
  return played;
}

}  // namespace moderato::benchmark
