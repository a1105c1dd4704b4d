// SPDX-License-Identifier: Apache-2.0
#include "nas/counters.hpp"

#include <algorithm>
#include <numeric>
#include <span>

namespace moderato::workloads::nas {
namespace {

double mean(const Durations& durations) {
  return std::accumulate(durations.begin(), durations.end(), 0.0) /
         static_cast<double>(durations.size());
}

double number(std::int64_t value) {
  return static_cast<double>(value);
}

/// All ranks' figures of a phase as one.
PhaseFigures of_all(const std::vector<PhaseFigures>& ranks) {
  return std::accumulate(ranks.begin(), ranks.end(), PhaseFigures{}, together);
}

Counters counters_of_messages(const PhaseFigures& all) {
  Counters counters{{"messages", number(all.messages)}, {"message_bytes", number(all.bytes)}};
  if (all.messages == 0) return counters;
  counters["message_min_bytes"] = number(all.min_bytes);
  counters["message_max_bytes"] = number(all.max_bytes);
  return counters;
}

}  // namespace

Counters run_counters(const Durations& runs, const Durations& iterations, double operations) {
  const auto [shortest_run, longest_run] = std::ranges::minmax(runs);
  const auto [shortest, longest] = std::ranges::minmax(iterations);
  return {
      {"run_min_s", number(shortest_run) * 1e-9},     {"run_mean_s", mean(runs) * 1e-9},
      {"run_max_s", number(longest_run) * 1e-9},      {"iteration_min_us", number(shortest) * 1e-3},
      {"iteration_mean_us", mean(iterations) * 1e-3}, {"iteration_max_us", number(longest) * 1e-3},
      {"mop_per_s", operations * 1e3 / mean(runs)}};
}

Counters cost_of_ranks(const std::vector<Cost>& ranks) {
  double cpu_s = 0, host_s = 0;
  for (const Cost& rank : ranks) {
    cpu_s += rank.process_s;
    host_s = std::max(host_s, rank.host_s);
  }
  return {{"ranks_cpu_s", cpu_s}, {"busiest_host_busy_s", host_s}};
}

Counters counters_of_phase(const std::string& name, const PhaseFigures& all, double ranks) {
  if (all.calls == 0) return {};
  return {{name + "_s", number(all.sum_ns) * 1e-9 / ranks},
          {name + "_min_us", number(all.min_ns) * 1e-3},
          {name + "_max_us", number(all.max_ns) * 1e-3},
          {name + "_calls", number(all.calls)},
          {name + "_messages", number(all.messages)},
          {name + "_bytes", number(all.bytes)}};
}

Counters phase_counters(const Exchange& exchange, const PhaseTimer& timer, double seconds) {
  const double ranks = exchange.ranks();
  const auto of_ranks = exchange.everyones(seconds);
  const double mean_s = std::accumulate(of_ranks.begin(), of_ranks.end(), 0.0) / ranks;
  Counters counters;
  PhaseFigures total;
  for (std::size_t i = 0; i < timer.names().size(); ++i) {
    const PhaseFigures phase = of_all(exchange.everyones(timer.figures()[i]));
    counters.merge(counters_of_phase(timer.names()[i], phase, ranks));
    total = together(total, phase);
  }
  counters["mpi_s"] = number(total.sum_ns) * 1e-9 / ranks;
  counters["compute_s"] = mean_s - counters["mpi_s"];
  counters.merge(counters_of_messages(total));
  return counters;
}

}  // namespace moderato::workloads::nas
