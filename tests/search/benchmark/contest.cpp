// SPDX-License-Identifier: Apache-2.0
#include "search/benchmark/contest.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <mutex>
#include <optional>
#include <thread>

#include "search/benchmark/peer.hpp"

namespace moderato::benchmark {
namespace {

Result<Play> play_ours(const Player& player, const Landscape& landscape, const Game& game,
                       std::uint64_t seed) {
  auto searcher = make_searcher(player.searcher, task_for(landscape, player.anchors, seed));
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
