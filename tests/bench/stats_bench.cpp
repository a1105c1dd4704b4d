// SPDX-License-Identifier: Apache-2.0
// What a summary costs beside sorting everything, and what the aligned rank test costs.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <functional>
#include <random>
#include <vector>

#include "stats/summary.hpp"
#include "stats/tests.hpp"

namespace {

using moderato::RoundScores;

/// Seconds of the fastest of `repeats` runs: everything slower was disturbed.
double fastest(int repeats, const std::function<void()>& work) {
  double best = INFINITY;
  for (int i = 0; i < repeats; ++i) {
    const auto begin = std::chrono::steady_clock::now();
    work();
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
    best = std::min(best, took.count());
  }
  return best;
}

double uniform(std::mt19937_64& generator) {
  return static_cast<double>(generator() >> 11) * 0x1p-53;
}

/// Latencies with a long tail, as a workload would print them.
std::vector<double> latencies(std::size_t n) {
  std::mt19937_64 generator(1);
  std::vector<double> values(n);
  for (double& value : values)
    value = 20 + 15 * -std::log(1 - uniform(generator));
  return values;
}

/// The obvious way: sort a copy, then read off the quantiles and go over it twice for the moments.
double summarize_by_sorting(std::vector<double> values) {
  std::ranges::sort(values);
  double sum = 0, squares = 0;
  for (double value : values)
    sum += value;
  const double mean = sum / static_cast<double>(values.size());
  for (double value : values)
    squares += (value - mean) * (value - mean);
  double result = squares;
  for (double q : {0.5, 0.9, 0.95, 0.99, 0.999})
    result += values[static_cast<std::size_t>(q * static_cast<double>(values.size() - 1))];
  return result;
}

std::vector<RoundScores> rounds(int n) {
  std::mt19937_64 generator(2);
  std::vector<RoundScores> result;
  for (int i = 0; i < n; ++i)
    result.push_back({{uniform(generator)},
                      {uniform(generator)},
                      {uniform(generator), uniform(generator), uniform(generator)}});
  return result;
}

void bench_summary() {
  const std::vector<double> values = latencies(1'000'000);
  double used = 0;  // printed, so that no run can be left out
  const double selecting = fastest(9, [&] { used += moderato::summarize(values).p99; });
  const double sorting = fastest(9, [&] { used += summarize_by_sorting(values); });
  fmt::print("summarize 10^6 samples: {:.1f} ms, by std::sort {:.1f} ms, ratio {:.2f} ({:.0f})\n",
             selecting * 1e3, sorting * 1e3, sorting / selecting, used);
}

void bench_rank_test(int n) {
  const std::vector<RoundScores> data = rounds(n);
  double used = 0;
  const double seconds = fastest(20, [&] { used += moderato::aligned_rank_test(data); });
  fmt::print("aligned rank test, {} rounds: {:.1f} us (p {:.3f})\n", n, seconds * 1e6, used / 20);
}

}  // namespace

int main() {
  bench_summary();
  for (int n : {15, 30, 150, 400})
    bench_rank_test(n);
}
