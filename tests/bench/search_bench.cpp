// SPDX-License-Identifier: Apache-2.0
// How long the Bayesian search takes to suggest what to measure next, and how much memory.
#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <vector>

#include "search/searcher.hpp"

using namespace moderato;

namespace {

constexpr double memory_limit_mb = 200;

std::vector<std::int64_t> powers(int count, double factor) {
  std::vector<std::int64_t> values{0};
  for (int i = 1; i < count; ++i)
    values.push_back(std::max<std::int64_t>(values.back() + 1, std::llround(std::pow(factor, i))));
  return values;
}

/// adaptive on: a window; off: usecs x frames x a limit. Of about 10^3 points, or `more` times so
/// many.
SearchTask task_of(int more) {
  SearchTask task;
  task.space = {
      {{"adaptive-rx", {1, 0}},
       {"rx-usecs", powers(more > 1 ? 30 : 12, more > 1 ? 1.27 : 1.9)},
       {"rx-frames", powers(more > 1 ? 24 : 9, more > 1 ? 1.27 : 2)},
       {"rx-usecs-low", powers(8, 2)},
       {"rx-usecs-high", powers(12, 1.9)},
       {"srq-limit", powers(more > 1 ? 12 : 5, 1.6)}},
      {{Constraint::Kind::fixed_unless_zero, {"adaptive-rx", "rx-usecs", "rx-frames"}},
       {Constraint::Kind::fixed_if_zero, {"adaptive-rx", "rx-usecs-low", "rx-usecs-high"}}}};
  task.candidates = enumerate(task.space, {});
  return task;
}

double score_of(const Settings& settings) {
  double score = 0;
  for (const auto& [knob, value] : settings)
    score += 0.1 * std::abs(std::log2((static_cast<double>(value) + 1) / 9));
  return score;
}

/// Median time of the suggestions after `trials` trials, in ms.
double suggestion_ms(const SearchTask& task, int trials) {
  auto searcher = make_searcher("bayesian", task).value();
  const auto step = [&] {
    const auto begin = std::chrono::steady_clock::now();
    const auto asked = searcher->ask(1);
    const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - begin;
    searcher->tell(asked.at(0), {score_of(asked[0].settings)});
    return took.count();
  };
  for (int i = 0; i < trials; ++i)
    step();
  std::vector<double> times(9);
  std::ranges::generate(times, step);
  std::ranges::nth_element(times, times.begin() + 4);
  return times[4];
}

double peak_memory_mb() {
  rusage used{};
  ::getrusage(RUSAGE_SELF, &used);
  return static_cast<double>(used.ru_maxrss) / 1024;
}

}  // namespace

int main() {
  struct Target {
    int trials;
    double ms;
  };
  bool met = true;
  for (const int more : {1, 10}) {
    const SearchTask task = task_of(more);
    for (const Target target : {Target{50, 6}, Target{100, 25}, Target{200, 130}}) {
      const double limit = target.ms * more;
      const double ms = suggestion_ms(task, target.trials);
      fmt::print("{:6} candidates, {:3} trials: {:7.2f} ms a suggestion, target {:.0f}\n",
                 task.candidates.size(), target.trials, ms, limit);
      met = met && ms <= limit;
    }
  }
  const auto begin = std::chrono::steady_clock::now();
  Space wide;
  for (const char* knob : {"a", "b", "c", "d", "e"})
    wide.parameters.push_back({knob, powers(10, 2)});
  const auto all = enumerate(wide, {});
  const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - begin;
  fmt::print("{} candidates enumerated in {:.0f} ms\n", all.size(), took.count());
  const double memory = peak_memory_mb();
  fmt::print("peak memory {:.0f} MB, target {:.0f}\n", memory, memory_limit_mb);
  return met && memory <= memory_limit_mb ? 0 : 1;
}
