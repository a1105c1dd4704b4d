// SPDX-License-Identifier: Apache-2.0
// The probe before the search: which knobs do anything.
#include <set>

#include "cases/cluster.hpp"

namespace moderato {
namespace {

constexpr const char* two_knobs =
    R"({"parameters": [{"knob": "rx-usecs", "values": [2, 4, 8, 16, 32]},
                       {"knob": "rx-frames", "values": [1, 8, 32, 128]}]})";
constexpr const char* enough_calibration =
    R"("measurement": {"calibration_rounds": 6, "probe_rounds": 5, "search_rounds": 3},)";

void write_policy(const Cluster& cluster, const std::string& space) {
  cluster.write("policy.json", fmt::format(R"({{"schema": "moderato-policy/1", "name": "case",
      "class": "latency", "workloads": [{{"use": "fake"}}], {} "space": {}, {}}})",
                                           enough_calibration, space, Cluster::patient));
}

std::size_t searched(const Cluster& cluster) {
  std::set<int> numbers;
  for (const Trial& trial : cluster.trials())
    if (trial.key.phase == Phase::search && trial.key.candidate != 0)
      numbers.insert(trial.key.candidate);
  return numbers.size();
}

}  // namespace

TEST_CASE("a knob that does nothing is not searched, and the figures that show it are told") {
  const Cluster cluster;
  cluster.write_workload("--landscape planted --optimum rx-usecs=2 --slope 0.3 --noise 0.01");
  write_policy(cluster, two_knobs);
  const auto ran = cluster.tune();
  CHECK_MESSAGE(ran.status == 0, ran.out, ran.err);
  CHECK_MESSAGE(contains(ran.out, "Improved: rx-frames=128 rx-usecs=2"), ran.out);
  CHECK_MESSAGE(contains(ran.out, "Inert by the probe, and so not searched: rx-frames: "), ran.out);
  CHECK(contains(ran.err, "inert, so not searched: rx-frames: "));
  CHECK(searched(cluster) == 4);  // of 19
  CHECK(cluster.untouched());
}

TEST_CASE("knobs that do something are searched all") {
  const Cluster cluster;
  cluster.write_workload(
      "--landscape planted --optimum rx-usecs=2,rx-frames=8 --slope 0.3 --noise 0.01");
  write_policy(cluster, two_knobs);
  const auto ran = cluster.tune();
  CHECK_MESSAGE(contains(ran.out, "Improved: rx-frames=8 rx-usecs=2"), ran.out);
  CHECK_FALSE(contains(ran.out, "not searched"));
  CHECK(searched(cluster) == 19);
}

TEST_CASE("where no knob does anything nothing is searched, and the baseline stays") {
  const Cluster cluster;
  cluster.write_workload("--landscape flat --noise 0.01");
  write_policy(cluster, two_knobs);
  const auto ran = cluster.tune();
  CHECK_MESSAGE(ran.status == 3, ran.out, ran.err);
  CHECK(searched(cluster) == 0);
  CHECK_MESSAGE(contains(ran.out, "The baseline stays"), ran.out);
  CHECK(cluster.untouched());
}

TEST_CASE("a study resumed after its probe has dropped what it had dropped") {
  const Cluster cluster;
  cluster.write_workload("--landscape planted --optimum rx-usecs=2 --slope 0.3 --noise 0.01");
  write_policy(cluster, two_knobs);
  const auto ran = cluster.tune();
  REQUIRE(ran.status == 0);
  // As if it had been killed in the search.
  const std::string journal = cluster.text("study/trials.jsonl");
  const auto in_search = journal.find("\"phase\":\"search\"");
  REQUIRE(in_search != std::string::npos);
  cluster.write("study/trials.jsonl", journal.substr(0, journal.find('\n', in_search) + 1));
  const auto resumed = cluster.run({"tune", "--resume", "study"});
  CHECK_MESSAGE(resumed.status == 0, resumed.out, resumed.err);
  CHECK(searched(cluster) == 4);
}

}  // namespace moderato
