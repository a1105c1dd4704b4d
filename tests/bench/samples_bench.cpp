// SPDX-License-Identifier: Apache-2.0
// What a sample costs the loop that takes it, beyond the reads of the clock, and what a run's
// samples cost when it is over. Both loops in one run, alternating, so that a slow phase of the
// machine hits both.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "common/recorder.hpp"
#include "common/sample_stream.hpp"

namespace {

using namespace moderato::workloads;

constexpr int repetitions = 25;
constexpr std::size_t iterations = 1'000'000;
constexpr double target_ns = 100;

double median_of(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

/// Nanoseconds an iteration, where each reads the clock as a measuring loop does and hands the
/// difference to `take`.
template <typename Take>
double nanoseconds_each(Take take) {
  const std::int64_t begin = now_ns();
  for (std::size_t i = 0; i < iterations; ++i) {
    const std::int64_t sent = now_ns();
    take(now_ns() - sent);
  }
  return static_cast<double>(now_ns() - begin) / static_cast<double>(iterations);
}

double clock_alone() {
  // The compiler has to bring the duration into a register, and no further.
  return nanoseconds_each([](std::int64_t duration) { asm volatile("" : : "r"(duration)); });
}

double with_record() {
  Recorder recorder(0, iterations);
  const double each = nanoseconds_each([&](std::int64_t duration) { recorder.record(duration); });
  return std::move(recorder).take().size() == iterations ? each : HUGE_VAL;
}

double measure_record() {
  std::vector<double> alone, recorded, difference;
  for (int i = 0; i < repetitions; ++i) {
    alone.push_back(clock_alone());
    recorded.push_back(with_record());
    difference.push_back(recorded.back() - alone.back());
  }
  fmt::print("a sample, median of {} repetitions of 10^6 iterations\n", repetitions);
  fmt::print("  two reads of the clock {:8.1f} ns\n", median_of(alone));
  fmt::print("  the same and record()  {:8.1f} ns\n", median_of(recorded));
  fmt::print("  {:.1f} ns beyond the clock (target: under {:.0f})\n", median_of(difference),
             target_ns);
  return median_of(difference);
}

void measure_encoding() {
  std::vector<std::int64_t> durations(iterations);
  for (std::size_t i = 0; i < iterations; ++i)
    durations[i] = static_cast<std::int64_t>(20'000 + i * 7919 % 50'000);
  std::vector<double> milliseconds;
  std::size_t bytes = 0;
  for (int i = 0; i < repetitions; ++i) {
    const std::int64_t begin = now_ns();
    bytes = sample_stream(durations, {}).size();
    milliseconds.push_back(static_cast<double>(now_ns() - begin) * 1e-6);
  }
  fmt::print("  {:.1f} ms to encode 10^6 samples after the run ({} bytes)\n",
             median_of(milliseconds), bytes);
}

}  // namespace

int main() {
  const double overhead_ns = measure_record();
  measure_encoding();
  return overhead_ns < target_ns ? 0 : 1;
}
