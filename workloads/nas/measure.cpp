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
void warm_up(Benchmark& benchmark) {
  benchmark.start();
  benchmark.iterate(0);
}

struct Recorders {
  Recorder iterations, runs;
};

void run_once(Benchmark& benchmark, Recorders& recorders) {
  const std::int64_t begin = now_ns();
  for (std::size_t i = 0; i < benchmark.iterations(); ++i) {
    const std::int64_t iteration = now_ns();
    benchmark.iterate(i);
    recorders.iterations.record(now_ns() - iteration);
  }
  benchmark.finish();
  recorders.runs.record(now_ns() - begin);
}

struct Outcome {
  Cost cost;      ///< of all runs, without what stands between them
  Checks checks;  ///< of the last one
};

Outcome run_all(Benchmark& benchmark, PhaseTimer& timer, const std::string& name,
                Recorders& recorders) {
  Outcome outcome;
  for (std::size_t i = 0; i < recorders.runs.planned(); ++i) {
    benchmark.start();
    MPI_Barrier(MPI_COMM_WORLD);
    timer.begin_run();
    const Cost begin = read_clocks();
    run_once(benchmark, recorders);
    timer.keep_run();
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
  Recorders recorders{Recorder(0, arguments.runs * benchmark->iterations()),
                      Recorder(0, arguments.runs)};
  warm_up(*benchmark);
  const auto [cost, checks] = run_all(*benchmark, timer, title(kind, arguments.problem), recorders);
  const auto iterations = exchange.largest(std::move(recorders.iterations).take());
  const auto runs = exchange.largest(std::move(recorders.runs).take());
  auto counters = run_counters(runs, iterations, benchmark->operations());
  counters.merge(cost_of_ranks(exchange.everyones(cost)));
  counters.merge(phase_counters(exchange, timer, cost.seconds));
  for (const Check& check : checks)
    counters[check.quantity] = check.got;
  if (exchange.rank() == 0)
    print_samples(arguments.sample == SampleKind::run ? runs : iterations, counters);
}

}  // namespace moderato::workloads::nas
