// SPDX-License-Identifier: Apache-2.0
#include "search/benchmark/contest.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <mutex>
#include <optional>
#include <thread>

#include "search/benchmark/peer.hpp"
#include "search/benchmark/queueing.hpp"

namespace moderato::benchmark {
namespace {

/// Tables by formula only: of recorded ones there is no other one.
std::vector<EarlierScore> scores_of_an_earlier_study(const Landscape& landscape, Prior prior,
                                                     const NoisePlan& noise, std::uint64_t seed) {
  constexpr int variant = 1000, trials = 50;
  const auto others = queueing_landscapes(variant);
  const std::string name = landscape.name.substr(0, landscape.name.find('#'));
  const auto own = std::ranges::find_if(
      others, [&](const Landscape& l) { return l.name.substr(0, l.name.find('#')) == name; });
  if (own == others.end()) return {};
  const auto place = static_cast<std::size_t>(own - others.begin());
  const std::size_t chosen =
      prior == Prior::related ? place : (place + others.size() / 2) % others.size();
  auto searcher = make_searcher("bayesian", task_for(others[chosen], true, seed)).value();
  const Play played = play(others[chosen], *searcher, {noise, trials}, seed);
  std::vector<EarlierScore> scores;
  for (const auto& [candidate, score] : played.evaluations)
    scores.push_back(
        {others[chosen].candidates[static_cast<std::size_t>(candidate - 1)].settings, {score}});
  return scores;
}

Result<Play> play_ours(const Player& player, const Landscape& landscape, const Game& game,
                       std::uint64_t seed) {
  SearchTask task = task_for(landscape, player.anchors, seed);
  if (player.prior != Prior::none)
    task.earlier = scores_of_an_earlier_study(landscape, player.prior, game.noise, seed);
  auto searcher = make_searcher(player.searcher, std::move(task));
  if (!searcher) return fail(searcher);
  return play(landscape, **searcher, game, seed);
}

Result<Play> play_peer(PeerProcess& process, const Player& player, const Landscape& landscape,
                       const Game& game, std::uint64_t seed) {
  PeerSearcher searcher(process, player.searcher, task_for(landscape, player.anchors, seed),
                        game.budget);
  Play played = play(landscape, searcher, game, seed);
  if (!searcher.failure().empty())
    return fail(Fault::runtime, player.name + " cannot play: " + searcher.failure());
  return played;
}

Result<Series> play_seeds(const Player& player, const Landscape& landscape,
                          const Contest& contest) {
  Series series{player.name, landscape.name, {}};
  std::unique_ptr<PeerProcess> process;
  if (!player.command.empty()) {
    auto opened = PeerProcess::open(player.command);
    if (!opened) return fail(opened);
    process = std::move(*opened);
  }
  for (int i = 0; i < contest.seeds; ++i) {
    const auto seed = static_cast<std::uint64_t>(contest.first_seed + i);
    auto played = process ? play_peer(*process, player, landscape, contest.game, seed)
                          : play_ours(player, landscape, contest.game, seed);
    if (!played) return fail(played);
    series.plays.push_back(std::move(*played));
  }
  return series;
}

/// What the threads share: who is next, and what has come of it.
class Schedule {
 public:
  Schedule(const Contest& contest, const Progress& progress)
      : contest_(contest),
        progress_(progress),
        results_(contest.players.size(), std::vector<Series>(contest.landscapes.size())) {}

  void work() {
    const std::size_t columns = contest_.landscapes.size();
    for (std::size_t i = next_++; i < results_.size() * columns && !stop_; i = next_++) {
      const auto begin = std::chrono::steady_clock::now();
      auto series =
          play_seeds(contest_.players[i / columns], contest_.landscapes[i % columns], contest_);
      const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
      take(i, std::move(series), took.count());
    }
  }

  Result<std::vector<std::vector<Series>>> result() {
    if (failure_) return std::unexpected(*failure_);
    return std::move(results_);
  }

 private:
  void take(std::size_t i, Result<Series> series, double seconds) {
    const std::lock_guard lock(mutex_);
    if (!series) {
      if (!failure_) failure_ = series.error();
      stop_ = true;
      return;
    }
    if (progress_) progress_(*series, seconds);
    const std::size_t columns = contest_.landscapes.size();
    results_[i / columns][i % columns] = std::move(*series);
  }

  const Contest& contest_;
  const Progress& progress_;
  std::vector<std::vector<Series>> results_;
  std::atomic<std::size_t> next_ = 0;
  std::atomic<bool> stop_ = false;
  std::mutex mutex_;
  std::optional<Error> failure_;
};

}  // namespace

Result<std::vector<std::vector<Series>>> hold(const Contest& contest, const Progress& progress) {
  Schedule schedule(contest, progress);
  {
    std::vector<std::jthread> threads;
    for (int i = 1; i < contest.jobs; ++i)
      threads.emplace_back([&] { schedule.work(); });
    schedule.work();
  }
  return schedule.result();
}

}  // namespace moderato::benchmark
