// SPDX-License-Identifier: Apache-2.0
#include "common/collective.hpp"

#include <algorithm>
#include <numeric>
#include <vector>

#include "common/cost.hpp"
#include "common/recorder.hpp"
#include "common/sample_stream.hpp"

namespace moderato::workloads {
namespace {

using Durations = std::vector<std::int64_t>;

struct Measured {
  Durations durations_ns;
  Cost cost;
};

/// What a rank tells of itself in the end.
struct RankFigures {
  double mean_us = 0;
  double slowest = 0;  ///< in how many iterations no rank took longer
  Cost cost;
};

Measured measure(Operation& operation, const std::function<void()>& barrier,
                 const RunArguments& arguments) {
  Recorder recorder(arguments.warmup, arguments.iterations);
  Cost begin;
  for (std::size_t i = 0; i < recorder.planned(); ++i) {
    operation.prepare(i);
    if (i == recorder.warmup()) begin = read_clocks();
    barrier();
    const std::int64_t called = now_ns();
    operation.call();
    recorder.record(now_ns() - called);
    operation.check(i);
  }
  const Cost cost = read_clocks() - begin;
  return {std::move(recorder).take(), cost};
}

double mean_us(const Durations& durations_ns) {
  const double sum = std::accumulate(durations_ns.begin(), durations_ns.end(), 0.0);
  return sum * 1e-3 / static_cast<double>(durations_ns.size());
}

double count_equal(const Durations& own, const Durations& largest) {
  return std::inner_product(own.begin(), own.end(), largest.begin(), 0.0, std::plus<>(),
                            std::equal_to<>());
}

std::map<std::string, double> counters(const std::vector<RankFigures>& ranks, double iterations) {
  const auto slowest = std::ranges::max_element(ranks, {}, &RankFigures::slowest);
  double means = 0, cpu_s = 0, host_s = 0, seconds = 0;
  for (const RankFigures& rank : ranks) {
    means += rank.mean_us;
    seconds = std::max(seconds, rank.cost.seconds);  // rank 0 may be done long before the last one
    cpu_s += rank.cost.process_s;
    host_s = std::max(host_s, rank.cost.host_s);
  }
  return {{"osu_mean_us", means / static_cast<double>(ranks.size())},
          {"slowest_rank", static_cast<double>(slowest - ranks.begin())},
          {"slowest_rank_share", slowest->slowest / iterations},
          {"seconds", seconds},
          {"ranks_cpu_s", cpu_s},
          {"busiest_host_busy_s", host_s}};
}

}  // namespace

void measure_collective(Operation& operation, const std::function<void()>& barrier,
                        const std::function<std::map<std::string, double>()>& more,
                        const Exchange& exchange, const RunArguments& arguments) {
  exchange.barrier();
  const auto [own, cost] = measure(operation, barrier, arguments);
  const Durations largest = exchange.largest(own);
  const RankFigures figures{mean_us(own), count_equal(own, largest), cost};
  const auto ranks = exchange.everyones(figures);
  auto all = more();
  all.merge(counters(ranks, static_cast<double>(arguments.iterations)));
  if (exchange.rank() == 0) print_samples(largest, all);
}

}  // namespace moderato::workloads
