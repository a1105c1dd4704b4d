// SPDX-License-Identifier: Apache-2.0
#include "search/benchmark/play.hpp"

#include <algorithm>
#include <chrono>
#include <map>

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

/// One batch; false if the searcher has nothing left to ask.
bool play_batch(Searcher& searcher, Measurer& measurer, std::size_t count, Play& played) {
  const Stopwatch asking;
  const std::vector<Candidate> batch = searcher.ask(count);
  played.suggest_seconds += asking.seconds();
  if (batch.empty()) return false;
  const std::vector<Score> scores = measurer.measure(batch);
  const Stopwatch telling;
  for (std::size_t i = 0; i < batch.size(); ++i)
    searcher.tell(batch[i], scores[i]);
  played.suggest_seconds += telling.seconds();
  for (std::size_t i = 0; i < batch.size(); ++i)
    played.evaluations.push_back({batch[i].number, scores[i].log_ratio});
  return true;
}

}  // namespace

int recommended(const std::vector<Evaluation>& evaluations) {
  std::map<int, std::vector<double>> scores;
  for (const auto& [candidate, score] : evaluations)
    if (!std::isnan(score)) scores[candidate].push_back(score);
  int best = 0;
  double lowest = 0;
  for (const auto& [candidate, values] : scores) {
    const double value = median(values);
    if (value >= lowest) continue;
    lowest = value;
    best = candidate;
  }
  return best;
}

Play play(const Landscape& landscape, Searcher& searcher, const Game& game, std::uint64_t seed) {
  Play played;
  Measurer measurer(landscape, game.noise, seed);
  const auto budget = static_cast<std::size_t>(game.budget);
  while (played.evaluations.size() < budget) {
    const std::size_t left = budget - played.evaluations.size();
    if (play_batch(searcher, measurer, std::min(left, static_cast<std::size_t>(game.batch)),
                   played))
      continue;
    played.ended = searcher.why_finished();
    break;
  }
  std::vector<Evaluation> known;
  played.regret.push_back(regret(landscape, 0));
  for (std::size_t n = 1; n <= budget; ++n) {
    if (n <= played.evaluations.size()) known.push_back(played.evaluations[n - 1]);
    played.regret.push_back(regret(landscape, recommended(known)));
  }
  return played;
}

}  // namespace moderato::benchmark
