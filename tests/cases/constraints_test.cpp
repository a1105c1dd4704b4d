// SPDX-License-Identifier: Apache-2.0
// Constraints beside the objective, from outside.
#include <algorithm>

#include "cases/cluster.hpp"

namespace moderato {
namespace {

/// The workload "fake" gives messages_per_s, too: the lower rx-usecs the better the latency, but
/// throughput falls on the way. `counters`: what its descriptor promises.
void give_throughput(const Cluster& cluster, const std::string& counters) {
  cluster.write_workload(
      "--landscape planted --optimum rx-usecs=0 --slope 0.1 --noise 0.01 --warm-up 60 "
      "--throughput-optimum rx-usecs=8 --throughput-slope 0.05");
  std::string text = cluster.text("workloads/fake.json");
  const auto at = text.find(R"("result")");
  REQUIRE(at != std::string::npos);
  cluster.write(
      "workloads/fake.json",
      text.substr(0, at) + R"("result": {"format": "samples", "counters": [)" + counters + "]}}");
}

constexpr const char* keeps_throughput =
    R"("constraints": [{"metric": "throughput", "at_least": 0.95}],)";

}  // namespace

TEST_CASE("the candidate that is best in p99 but loses throughput is not chosen") {
  const Cluster cluster;
  give_throughput(cluster, R"("messages_per_s")");
  cluster.write_policy(R"({"parameters": [{"knob": "rx-usecs", "values": [0, 6, 8]}]})");
  const auto without = cluster.tune();
  CHECK(without.status == 0);
  CHECK(contains(without.out, "Improved: rx-usecs=0 lowers p99"));
  CHECK(contains(cluster.text("study/study.json"), "\"pareto\""));

  const Cluster limited;
  give_throughput(limited, R"("messages_per_s")");
  limited.write_policy(R"({"parameters": [{"knob": "rx-usecs", "values": [0, 6, 8]}]})",
                       keeps_throughput);
  const auto ran = limited.tune();
  CHECK(ran.status == 0);
  CHECK(contains(ran.out, "Improved: rx-usecs=6 lowers p99"));
  CHECK(contains(ran.out, "violates throughput >= 0.95"));
  CHECK(contains(ran.out, "Trade-offs"));
  CHECK(contains(ran.out, "Warm-up"));
  const auto trials = limited.trials();
  const auto cut = std::ranges::count_if(trials, [](const Trial& trial) {
    return trial.outcomes.front().warm_up >= 60 && trial.outcomes.front().warm_up <= 160;
  });
  CHECK(cut >= static_cast<std::ptrdiff_t>(trials.size() * 9 / 10));
  CHECK(contains(limited.text("study/profile.json"), "\"throughput >= 0.95\""));
  CHECK(limited.untouched());
  // The study tells the same when it is read again, and resumes to the same end.
  CHECK(contains(limited.run({"report", "study"}).out, "Improved: rx-usecs=6 lowers p99"));
  CHECK(contains(limited.run({"tune", "--resume", "study"}).out, "Improved: rx-usecs=6"));
}

TEST_CASE("a constraint that a workload cannot answer is refused before anything is measured") {
  const Cluster cluster;
  cluster.write_policy(Cluster::usual_space, keeps_throughput);
  const auto lines = cluster.tune();
  CHECK(lines.status == 2);
  CHECK(contains(lines.err, "throughput >= 0.95: workload 'fake' gives no throughput"));
  give_throughput(cluster, R"("seconds")");
  const auto promised = cluster.tune();
  CHECK(promised.status == 2);
  CHECK(contains(promised.err, "its descriptor names seconds"));
  CHECK_FALSE(fs::exists(cluster.path("study/study.json")));
  CHECK(cluster.untouched());
}

}  // namespace moderato
