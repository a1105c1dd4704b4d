// SPDX-License-Identifier: Apache-2.0
#include "nas/measure.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "common/cost.hpp"
#include "common/recorder.hpp"
#include "common/sample_stream.hpp"
#include "nas/counters.hpp"

namespace moderato::workloads::nas {
namespace {

/// "CG class S"
std::string title(const BenchmarkKind& kind, ProblemClass problem) {
  std::string name = kind.name;
  std::ranges::transform(name, name.begin(), [](unsigned char c) { return std::toupper(c); });
  return fmt::format("{} class {}", name, letter(problem));
}

/// As the reference does: pages are touched, and connections made.
void warm_up(Benchmark& benchmark, PhaseTimer& timer) {
  benchmark.start();
  benchmark.iterate(0);
  timer.clear();
}

void run_once(Benchmark& benchmark, Recorder& iterations, Recorder& runs) {
  const std::int64_t begin = now_ns();
  for (std::size_t i = 0; i < benchmark.iterations(); ++i) {
    const std::int64_t iteration = now_ns();
    benchmark.iterate(i);
    iterations.record(now_ns() - iteration);
  }
  benchmark.finish();
  runs.record(now_ns() - begin);
}

struct Outcome {
  Cost cost;      ///< of all runs, without what stands between them
  Checks checks;  ///< of the last one
};

Outcome run_all(Benchmark& benchmark, std::size_t count, const std::string& name,
                Recorder& iterations, Recorder& runs) {
  Outcome outcome;
  for (std::size_t i = 0; i < count; ++i) {
    benchmark.start();
    MPI_Barrier(MPI_COMM_WORLD);
    const Cost begin = read_clocks();
    run_once(benchmark, iterations, runs);
    outcome.cost = outcome.cost + (read_clocks() - begin);
    outcome.checks = benchmark.checks();
    require_verified(name, outcome.checks);
  }
  return outcome;
}

}  // namespace

void measure(const BenchmarkKind& kind, const MeasureArguments& arguments,
             const Exchange& exchange) {
  PhaseTimer timer;
  const auto benchmark = kind.make(arguments.problem, MPI_COMM_WORLD, timer);
  Recorder iteration_recorder(0, arguments.runs * benchmark->iterations());
  Recorder run_recorder(0, arguments.runs);
  warm_up(*benchmark, timer);
  const auto [cost, checks] = run_all(*benchmark, arguments.runs, title(kind, arguments.problem),
                                      iteration_recorder, run_recorder);
  const auto iterations = exchange.largest(std::move(iteration_recorder).take());
  const auto runs = exchange.largest(std::move(run_recorder).take());
  auto counters = run_counters(runs, iterations, benchmark->operations());
  counters.merge(cost_of_ranks(exchange.everyones(cost)));
  counters.merge(phase_counters(exchange, timer, cost.seconds));
  for (const Check& check : checks)
    counters[check.quantity] = check.got;
  if (exchange.rank() == 0)
    print_samples(arguments.sample == SampleKind::run ? runs : iterations, counters);
}

}  // namespace moderato::workloads::nas
