// SPDX-License-Identifier: Apache-2.0
#include "tune/figures.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "stats/summary.hpp"

namespace moderato {
namespace {

using Counters = std::map<std::string, double>;

constexpr double clock_tick_s = 0.01;  ///< of /proc/stat

/// Fewest samples for a distribution-free 95 % interval of the quantile: its upper end is at most
/// the largest sample, which the quantile may exceed in 2.5 % of the runs, so 1 - q^n >= 0.975.
std::size_t samples_needed(Metric metric) {
  switch (metric) {
    case Metric::p90:
      return 36;
    case Metric::p95:
      return 72;
    case Metric::p99:
      return 368;
    case Metric::p999:
      return min_samples_p999;
    default:
      return 1;
  }
}

double figure(Metric metric, const Summary& s) {
  switch (metric) {
    case Metric::min:
      return s.min;
    case Metric::mean:
      return s.mean;
    case Metric::median:
      return s.median;
    case Metric::p90:
      return s.p90;
    case Metric::p95:
      return s.p95;
    case Metric::p99:
      return s.p99;
    case Metric::p999:
      return s.p999.value_or(0);
    case Metric::max:
      return s.max;
    case Metric::run_time:
    case Metric::throughput:
    case Metric::cpu_time:
      break;
  }
  return 0;
}

bool is_of_whole_run(Metric metric) {
  return metric == Metric::run_time || metric == Metric::throughput || metric == Metric::cpu_time;
}

/// The first of these that is there.
std::optional<double> first_of(const Counters& counters, std::initializer_list<const char*> names) {
  for (const char* name : names)
    if (const auto found = counters.find(name); found != counters.end()) return found->second;
  return std::nullopt;
}

std::optional<double> sum_of(const Counters& counters, std::string_view ending) {
  std::optional<double> sum;
  for (const auto& [name, value] : counters)
    if (name.ends_with(ending)) sum = sum.value_or(0) + value;
  return sum;
}

std::optional<double> of_counters(Metric metric, const Counters& counters) {
  if (metric == Metric::throughput) return first_of(counters, {"messages_per_s", "bytes_per_s"});
  if (metric == Metric::run_time) return first_of(counters, {"seconds"});
  auto cpu = sum_of(counters, "host_busy_s");
  if (!cpu) cpu = sum_of(counters, "cpu_s");
  return cpu ? std::optional(std::max(*cpu, clock_tick_s)) : std::nullopt;
}

std::string counters_for(Metric metric) {
  if (metric == Metric::throughput) return "messages_per_s or bytes_per_s";
  return metric == Metric::run_time ? "seconds" : "...host_busy_s or ...cpu_s";
}

}  // namespace

Result<double> objective_value(Metric metric, const Summary& summary) {
  if (summary.n < samples_needed(metric))
    return fail(Fault::runtime,
                fmt::format("{} samples are too few for {}, which needs {}", summary.n,
                            name_of(metric), samples_needed(metric)),
                "raise the workload's iterations in the policy, or choose another objective");
  const double value = figure(metric, summary);
  if (!(value > 0))
    return fail(Fault::runtime,
                fmt::format("the {} is {}, not a positive number", name_of(metric), value));
  return value;
}

std::size_t samples_needed(const Policy& policy) {
  std::size_t most = samples_needed(policy.objective);
  for (const MetricConstraint& constraint : policy.constraints)
    most = std::max(most, samples_needed(constraint.metric));
  return most;
}

Result<double> figure_of(Metric metric, const WorkloadOutcome& outcome) {
  if (!is_of_whole_run(metric)) return objective_value(metric, outcome.summary);
  auto value = of_counters(metric, outcome.counters);
  const bool timed = outcome.unit == "s" && outcome.summary.n == 1;
  if (!value && metric == Metric::run_time && timed) value = outcome.summary.mean;
  if (value && *value > 0) return *value;
  return fail(Fault::runtime,
              value ? fmt::format("the {} is {}, not a positive number", name_of(metric), *value)
                    : fmt::format("it gives no {}, for want of a counter {}", name_of(metric),
                                  counters_for(metric)),
              "take the constraint out of the policy, or use a workload that gives it");
}

Result<double> figure_of(Metric metric, std::span<const WorkloadOutcome> outcomes,
                         const Policy& policy) {
  std::vector<double> values, weights;
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    auto value = figure_of(metric, outcomes[i]);
    if (!value)
      return fail(value.error().fault,
                  fmt::format("{}: {}", outcomes[i].workload, value.error().message),
                  value.error().remedy);
    values.push_back(*value);
    weights.push_back(policy.workloads.at(i).weight);
  }
  return geometric_mean(values, weights);
}

Result<std::map<std::string, double>> figures_of(std::span<const WorkloadOutcome> outcomes,
                                                 const Policy& policy) {
  std::map<std::string, double> figures;
  for (const MetricConstraint& constraint : policy.constraints) {
    auto value = figure_of(constraint.metric, outcomes, policy);
    if (!value) return fail(value);
    figures[std::string(name_of(constraint.metric))] = *value;
  }
  for (const Metric metric : {Metric::run_time, Metric::throughput, Metric::cpu_time})
    if (const auto value = figure_of(metric, outcomes, policy))
      figures[std::string(name_of(metric))] = *value;
  return figures;
}

std::optional<std::string> never_gives(Metric metric, const WorkloadDescriptor& workload) {
  const ResultFormat& result = workload.result;
  if (!is_of_whole_run(metric)) return std::nullopt;
  if (metric == Metric::run_time && result.kind == ResultFormat::Kind::wall_time)
    return std::nullopt;
  if (result.kind != ResultFormat::Kind::samples)
    return fmt::format("{} comes of a counter {}, and only the format 'samples' has counters",
                       name_of(metric), counters_for(metric));
  if (!result.counters) return std::nullopt;
  Counters promised;
  for (const std::string& name : *result.counters)
    promised[name] = 1;
  if (of_counters(metric, promised)) return std::nullopt;
  return fmt::format("{} comes of a counter {}, and its descriptor names {}", name_of(metric),
                     counters_for(metric),
                     result.counters->empty()
                         ? std::string("none")
                         : fmt::format("{}", fmt::join(*result.counters, ", ")));
}

}  // namespace moderato
