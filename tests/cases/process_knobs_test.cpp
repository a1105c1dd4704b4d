// SPDX-License-Identifier: Apache-2.0
// Knobs of processes and of devices in one space; what a workload has really used.
#include "cases/cluster.hpp"

namespace moderato {
namespace {

constexpr const char* both_scopes =
    R"({"parameters": [{"knob": "rx-usecs", "values": [2, 8, 32]},
                       {"knob": "srq-limit", "values": [4, 16, 64]}]})";
constexpr const char* process_alone =
    R"({"parameters": [{"knob": "srq-limit", "values": [4, 16, 64]}]})";

/// Best at rx-usecs 2 and srq-limit 64, started with srq-limit 4.
void write_feeling_workload(const Cluster& cluster) {
  cluster.write_workload(
      "--landscape planted --optimum rx-usecs=2,srq-limit=64 --noise 0.02 "
      "--process srq-limit={srq-limit}",
      1, "", R"("srq-limit": 4,)");
}

}  // namespace

TEST_CASE("the best of device and process together is found, and the profile keeps them apart") {
  const Cluster cluster;
  write_feeling_workload(cluster);
  cluster.write_policy(both_scopes);
  const auto ran = cluster.tune();
  CHECK_MESSAGE(ran.status == 0, ran.out, ran.err);
  CHECK_MESSAGE(contains(ran.out, "Improved: rx-usecs=2 srq-limit=64"), ran.out);
  CHECK(contains(ran.out, "rx-usecs=8 srq-limit=4"));  // the baseline
  const std::string profile = cluster.text("study/profile.json");
  CHECK(contains(profile, "\"settings\": {\n    \"rx-usecs\": 2\n  }"));
  CHECK(contains(profile, "\"process\": {\n    \"srq-limit\": 64\n  }"));
  CHECK(cluster.untouched());

  const auto applied = cluster.run({"apply", "study/profile.json", "--link", "link.json"});
  CHECK_MESSAGE(applied.status == 0, applied.err);
  CHECK(contains(applied.out, "for programs of class latency: srq-limit 64"));
  CHECK(cluster.device("a").settings.at("rx-usecs") == 2);
  const auto resumed = cluster.run({"report", "study"});
  CHECK(contains(resumed.out, "Improved: rx-usecs=2 srq-limit=64"));

  const std::vector<std::string> advice{"advice",   "study/profile.json", "--format",
                                        "mvapich2", "--output",           "mvapich2.conf"};
  CHECK(cluster.run(advice).status == 0);
  CHECK(cluster.run(advice).status == 0);  // over its own file
  const std::string written = cluster.text("mvapich2.conf");
  CHECK_MESSAGE(contains(written, "\nMV2_SRQ_LIMIT = 64\n"), written);
  CHECK(contains(written, "# srq-limit = 64: p99 -"));
  CHECK(contains(written, "together with rx-usecs=2; against rx-usecs=8 srq-limit=4; study study"));
  cluster.write("mvapich2.conf", "MV2_SMP_USE_CMA=0\n");
  CHECK(cluster.run(advice).status == 2);
  CHECK(cluster.text("mvapich2.conf") == "MV2_SMP_USE_CMA=0\n");
  const auto undecided = cluster.run({"advice", "study/profile.json"});
  CHECK(undecided.status == 2);
  CHECK_MESSAGE(contains(undecided.err, "one of: mvapich2, openmpi-openib"), undecided.err);
}

TEST_CASE("a study of process knobs alone touches no device") {
  const Cluster cluster;
  write_feeling_workload(cluster);
  cluster.write_policy(process_alone);
  const auto ran = cluster.tune();
  CHECK_MESSAGE(ran.status == 0, ran.out, ran.err);
  CHECK_MESSAGE(contains(ran.out, "Improved: srq-limit=64"), ran.out);
  CHECK(cluster.untouched());
  const auto applied = cluster.run({"apply", "study/profile.json", "--link", "link.json"});
  CHECK_MESSAGE(applied.status == 0, applied.err);
  CHECK(contains(applied.out, "srq-limit 64"));
  CHECK(cluster.untouched());
}

TEST_CASE("a process knob that no workload takes is refused before anything is touched") {
  const Cluster cluster;
  cluster.write_policy(both_scopes);
  const auto ran = cluster.tune();
  CHECK(ran.status == 1);
  CHECK_MESSAGE(contains(ran.err, "no workload of the policy takes srq-limit"), ran.err);
  CHECK_FALSE(fs::exists(cluster.path("study/study.json")));
  CHECK(cluster.untouched());
}

TEST_CASE("samples that did not travel over the link are a failed trial, with the figures") {
  const Cluster cluster;
  cluster.write_workload("--landscape flat", 1, R"("transport": "netdev",)");
  const auto ran = cluster.tune();
  CHECK(ran.status == 1);
  CHECK_MESSAGE(contains(ran.err, "500 samples, but the endpoints sent just 0 packets by netdev"),
                ran.err);
  CHECK(cluster.untouched());
}

}  // namespace moderato
