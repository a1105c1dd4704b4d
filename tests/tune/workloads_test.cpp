// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <algorithm>

#include "tune/measure.hpp"

using namespace moderato;

namespace {

const WorkloadPaths paths{"/none",
                          std::filesystem::path(MODERATO_SOURCE_DIR) / "workloads/catalogue",
                          "/opt/libexec", "/opt/bin/moderato"};
const Link lab{"two", {{"a", {}, "eth0", "10.0.0.1", ""}, {"b", {}, "eth1", "10.0.0.2", ""}}};

Policy policy_with(std::vector<WorkloadUse> uses, const std::vector<std::string>& knobs) {
  Policy policy;
  policy.name = "p";
  policy.workloads = std::move(uses);
  for (const std::string& knob : knobs)
    policy.space.parameters.push_back({knob, {1, 2}});
  return policy;
}

WorkloadUse osu(const std::string& mpi, std::map<std::string, std::string> more = {}) {
  more["mpi"] = mpi;
  return {"osu-latency", std::move(more)};
}

}  // namespace

TEST_CASE("the baseline of a process knob is what the workload has without a search") {
  const auto set =
      prepare_workloads(policy_with({osu("mvapich2")}, {"srq-limit", "rx-usecs"}), lab, paths);
  REQUIRE_MESSAGE(set.has_value(), (set ? "" : set.error().message));
  CHECK(set->baseline == Settings{{"srq-limit", 30}});
  const auto replaced = prepare_workloads(
      policy_with({osu("mvapich2", {{"srq-limit", "99"}})}, {"srq-limit"}), lab, paths);
  REQUIRE(replaced);
  CHECK(replaced->baseline == Settings{{"srq-limit", 99}});
}

TEST_CASE("a candidate's process knobs are in the command of the workloads that take them") {
  const auto set = prepare_workloads(
      policy_with({osu("mvapich2"), osu("openmpi-tcp")}, {"srq-limit"}), lab, paths);
  REQUIRE_MESSAGE(set.has_value(), (set ? "" : set.error().message));
  const auto words = [&](std::size_t i) {
    return command_for(set->workloads[i], {{"srq-limit", 77}}, lab, paths)->argv;
  };
  const Argv taking = words(0);
  CHECK(*(std::ranges::find(taking, "MV2_SRQ_LIMIT") + 1) == "77");
  CHECK(std::ranges::count(words(1), "77") == 0);
  REQUIRE(set->out_of_reach.size() == 1);
  CHECK(describe(set->out_of_reach.front())
            .starts_with("srq-limit does not reach osu-latency mpi=openmpi-tcp: "));
}

TEST_CASE("a process knob that reaches no workload is refused, with the reasons") {
  const auto set = prepare_workloads(policy_with({osu("openmpi-ucx")}, {"srq-limit"}), lab, paths);
  REQUIRE_FALSE(set);
  CHECK(set.error().fault == Fault::unsupported);
  CHECK(set.error().message.find("UCX creates its shared receive queues") != std::string::npos);
}

TEST_CASE("workloads that start from different values have no common baseline") {
  const auto set = prepare_workloads(
      policy_with({osu("mvapich2"), osu("mvapich2", {{"srq-limit", "99"}})}, {"srq-limit"}), lab,
      paths);
  REQUIRE_FALSE(set);
  CHECK(set.error().message.find("srq-limit is 99") != std::string::npos);
}
