// SPDX-License-Identifier: Apache-2.0
#include "tune/figures.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "tune/measure.hpp"

namespace moderato {
namespace {

WorkloadOutcome outcome(const std::string& name, double p99,
                        std::map<std::string, double> counters = {}) {
  return {name,
          "us",
          {.n = 4000,
           .min = 1,
           .mean = 2,
           .sd = 1,
           .median = 3,
           .p90 = 4,
           .p95 = 5,
           .p99 = p99,
           .max = p99 * 2},
          std::move(counters)};
}

Policy policy_of_weights(const std::vector<double>& weights) {
  Policy policy;
  for (const double weight : weights)
    policy.workloads.push_back({"w", {}, weight});
  return policy;
}

WorkloadDescriptor printing(std::optional<std::vector<std::string>> counters) {
  WorkloadDescriptor workload;
  workload.result.counters = std::move(counters);
  return workload;
}

}  // namespace

TEST_CASE("a score is the geometric mean over the workloads, by their weights") {
  const std::vector<WorkloadOutcome> outcomes{outcome("a", 10), outcome("b", 1000)};
  CHECK(figure_of(Metric::p99, outcomes, policy_of_weights({1, 1})).value() ==
        doctest::Approx(100));
  CHECK(figure_of(Metric::p99, outcomes, policy_of_weights({3, 1})).value() ==
        doctest::Approx(std::sqrt(1000.0)));
  CHECK(figure_of(Metric::p99, outcomes, policy_of_weights({0.5, 0.5})).value() ==
        doctest::Approx(100));
}

TEST_CASE("figures of a whole run come of its counters") {
  const auto run = outcome("a", 9,
                           {{"messages_per_s", 5e4},
                            {"bytes_per_s", 8e5},
                            {"seconds", 2},
                            {"sender_host_busy_s", 1.5},
                            {"receiver_host_busy_s", 0.5},
                            {"sender_cpu_s", 7}});
  CHECK(figure_of(Metric::throughput, run).value() == 5e4);
  CHECK(figure_of(Metric::run_time, run).value() == 2);
  CHECK(figure_of(Metric::cpu_time, run).value() == 2);
  CHECK(figure_of(Metric::throughput, outcome("a", 9, {{"bytes_per_s", 8e5}})).value() == 8e5);
  CHECK(figure_of(Metric::cpu_time, outcome("a", 9, {{"ranks_cpu_s", 3}})).value() == 3);
  // The hosts count in clock ticks: less than one is not nothing.
  CHECK(figure_of(Metric::cpu_time, outcome("a", 9, {{"x_host_busy_s", 0}})).value() == 0.01);
  CHECK_FALSE(figure_of(Metric::throughput, outcome("a", 9, {{"messages_per_s", 0}})));
}

TEST_CASE("the run time of a program that is timed from outside is its sample") {
  const WorkloadOutcome timed{"ep", "s", {.n = 1, .mean = 12.5}, {}};
  CHECK(figure_of(Metric::run_time, timed).value() == 12.5);
  CHECK_FALSE(figure_of(Metric::run_time, outcome("a", 9)));
}

TEST_CASE("a constraint's figure that is missing names workload, figure and counter") {
  Policy policy = policy_of_weights({1, 1});
  policy.constraints = {{Metric::throughput, true, 0.98}};
  const auto missing =
      figures_of(std::vector{outcome("a", 9, {{"messages_per_s", 1}}), outcome("b", 9)}, policy);
  REQUIRE_FALSE(missing);
  CHECK(missing.error().message.starts_with("b: it gives no throughput"));
  CHECK(missing.error().message.find("messages_per_s") != std::string::npos);
}

TEST_CASE("figures are kept where all workloads give them, constraints' always") {
  Policy policy = policy_of_weights({1, 1});
  policy.constraints = {{Metric::p95, false, 1.1}};
  const auto figures =
      figures_of(std::vector{outcome("a", 9, {{"seconds", 2}, {"messages_per_s", 1}}),
                             outcome("b", 9, {{"seconds", 8}})},
                 policy);
  REQUIRE(figures);
  CHECK(figures->size() == 2);
  CHECK(figures->at("p95") == doctest::Approx(5));
  CHECK(figures->at("run_time") == doctest::Approx(4));
}

TEST_CASE("samples are needed for the objective and for each constraint") {
  Policy policy = policy_of_weights({1});
  policy.objective = Metric::median;
  CHECK(samples_needed(policy) == 1);
  policy.constraints = {{Metric::throughput, true, 1}, {Metric::p99, false, 1.1}};
  CHECK(samples_needed(policy) == 368);
}

TEST_CASE("a descriptor tells which figures a workload never gives") {
  CHECK_FALSE(never_gives(Metric::throughput, printing(std::nullopt)));
  CHECK_FALSE(never_gives(Metric::throughput, printing({{"bytes_per_s"}})));
  CHECK(never_gives(Metric::throughput, printing({{"lost"}})));
  CHECK(never_gives(Metric::cpu_time, printing({std::vector<std::string>{}})));
  CHECK_FALSE(never_gives(Metric::p99, printing({std::vector<std::string>{}})));
  WorkloadDescriptor timed;
  timed.result.kind = ResultFormat::Kind::wall_time;
  CHECK_FALSE(never_gives(Metric::run_time, timed));
  CHECK(never_gives(Metric::throughput, timed)->find("format 'samples'") != std::string::npos);
}

TEST_CASE("a policy whose constraint no workload can answer is refused, with the workload") {
  const WorkloadPaths paths{"/none",
                            std::filesystem::path(MODERATO_SOURCE_DIR) / "workloads/catalogue",
                            "/opt/libexec", "/opt/bin/moderato"};
  const Link lab{"two", {{"a", {}, "eth0", "10.0.0.1", ""}, {"b", {}, "eth1", "10.0.0.2", ""}}};
  Policy policy;
  policy.name = "p";
  policy.workloads = {{"tcp-stream", {}}, {"udp-pingpong", {{"size", "8"}}}};
  policy.constraints = {{Metric::throughput, true, 0.98}};
  const auto refused = prepare_workloads(policy, lab, paths);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().fault == Fault::document);
  CHECK(refused.error().message.find("throughput >= 0.98: workload 'udp-pingpong size=8'") !=
        std::string::npos);
  policy.workloads.pop_back();
  CHECK(prepare_workloads(policy, lab, paths));
}

}  // namespace moderato
