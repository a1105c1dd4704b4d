// SPDX-License-Identifier: Apache-2.0
// Policies of several workloads: which of them each knob reaches.
#include <nlohmann/json.hpp>

#include "cases/cluster.hpp"

namespace moderato {
namespace {

using Json = nlohmann::json;

/// Of both workloads, with a probe that takes less than the search.
void write_policy_of_two(const Cluster& cluster, const std::string& second_parameter) {
  cluster.write("policy.json",
                fmt::format(R"({{"schema": "moderato-policy/1", "name": "case", "class": "latency",
  "workloads": [{{"use": "first"}}, {{"use": "second"}}],
  "space": {{"parameters": [{{"knob": "rx-usecs", "values": [1, 2, 8, 32, 127]}}, {}]}},
  "measurement": {{"calibration_rounds": 5, "search_rounds": 3, "confirm_rounds": 6,
                  "finalists": 1, "trial_timeout_s": 60}}, {}}})",
                            second_parameter, Cluster::patient));
}

/// One line for each workload of a knob: "first moves".
std::string findings_of(const Json& report, const std::string& knob) {
  std::string lines;
  for (const Json& one : report.at("knobs")) {
    if (one.at("knob") != knob) continue;
    for (const Json& workload : one.at("workloads"))
      lines += fmt::format("{} {}\n", workload.at("workload").get<std::string>(),
                           workload.at("finding").get<std::string>());
  }
  return lines;
}

}  // namespace

TEST_CASE(
    "a knob by which one workload gains what the other loses is not dropped; an inert one is") {
  const Cluster cluster;
  // Between their optima the sum of the distances, and so the score, is the same everywhere.
  cluster.write_workload_as("first", "--optimum rx-usecs=1 --noise 0.005");
  cluster.write_workload_as("second", "--optimum rx-usecs=127 --noise 0.005", 2);
  write_policy_of_two(cluster, R"({"knob": "rx-frames", "values": [1, 16, 128]})");
  const auto ran = cluster.tune();
  CHECK_MESSAGE((ran.status == 0 || ran.status == 3), ran.out, ran.err);
  CHECK_MESSAGE(contains(ran.err, "rx-usecs reaches first ("), ran.err);
  CHECK_MESSAGE(contains(ran.err, "; the score of all together stays ("), ran.err);
  CHECK_MESSAGE(contains(ran.err, "inert, so not searched: rx-frames: "), ran.err);
  CHECK_FALSE(contains(ran.err, "inert, so not searched: rx-usecs"));
  const Json report = Json::parse(cluster.text("study/report.json"));
  CHECK(findings_of(report, "rx-usecs") == "first moves\nsecond moves\n");
  CHECK(contains(findings_of(report, "rx-frames"), "first inert\n"));
  CHECK(contains(ran.out, "Knobs: which workloads follow them"));
  CHECK(contains(cluster.text("study/report.html"), "Knobs: which workloads follow them"));
  CHECK(cluster.untouched());
}

TEST_CASE("of a process knob the report names the workload that cannot take it, with the reason") {
  const Cluster cluster;
  cluster.write_workload_as("first", "--optimum rx-usecs=2 --noise 0.01");
  cluster.write_workload_as("second",
                            "--optimum srq-limit=64 --noise 0.01 --process srq-limit={srq-limit}",
                            2, "", R"("srq-limit": 4,)");
  write_policy_of_two(cluster, R"({"knob": "srq-limit", "values": [4, 16, 64]})");
  const auto ran = cluster.tune();
  CHECK_MESSAGE(ran.status == 0, ran.out, ran.err);
  CHECK_MESSAGE(contains(ran.err, "srq-limit reaches second ("), ran.err);
  CHECK_MESSAGE(contains(ran.err, "does not reach first (it has no parameter of this name)"),
                ran.err);
  const Json report = Json::parse(cluster.text("study/report.json"));
  CHECK(findings_of(report, "rx-usecs") == "first moves\nsecond inert\n");
  CHECK(findings_of(report, "srq-limit") == "first out of reach\nsecond moves\n");
  // The same from the record alone.
  const auto again = cluster.run({"report", "study", "--format", "json"});
  CHECK(findings_of(Json::parse(again.out), "srq-limit") == "first out of reach\nsecond moves\n");
  CHECK(cluster.untouched());
}

}  // namespace moderato
