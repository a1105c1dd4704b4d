// SPDX-License-Identifier: Apache-2.0
// The two laws above all.
#include "cases/cluster.hpp"

namespace moderato {

TEST_CASE("equal settings give no difference") {
  // Whole studies in which no setting has any effect, on a noisy, drifting machine. The level of
  // the test allows one false claim in twenty; five of twenty come by chance once in 400 times, and
  // the seeds are fixed.
  int claims = 0;
  for (int seed = 1; seed <= 20; ++seed) {
    CAPTURE(seed);
    const Cluster cluster;
    cluster.write_workload("--landscape flat --noise 0.05 --drift 0.001 --outliers 0.02", seed);
    const auto ran = cluster.tune({"--seed", std::to_string(seed)});
    REQUIRE((ran.status == 0 || ran.status == 3));
    claims += ran.status == 0;
    CHECK(cluster.untouched());
  }
  CHECK(claims <= 4);
}

TEST_CASE("a planted optimum is found") {
  for (const int optimum : {0, 2, 32}) {
    CAPTURE(optimum);
    const Cluster cluster;
    cluster.write_workload(
        fmt::format("--landscape planted --optimum rx-usecs={} --slope 0.1 --noise 0.05 "
                    "--drift 0.001 --outliers 0.002",
                    optimum));
    const auto ran = cluster.tune();
    CHECK(ran.status == 0);
    CHECK(contains(ran.out, fmt::format("Improved: rx-usecs={} lowers p99", optimum)));
    CHECK(contains(cluster.text("study/profile.json"), fmt::format("\"rx-usecs\": {}", optimum)));
    CHECK(cluster.untouched());
  }
}

TEST_CASE("a planted optimum of two knobs is found") {
  const Cluster cluster;
  cluster.write_policy(R"({"parameters": [{"knob": "rx-usecs", "values": [0, 2, 8, 32]},
                                          {"knob": "rx-frames", "values": [1, 16, 128]}]})");
  cluster.write_workload("--optimum rx-usecs=2,rx-frames=16 --noise 0.03");
  const auto ran = cluster.tune();
  CHECK(ran.status == 0);
  CHECK(contains(ran.out, "Improved: rx-frames=16 rx-usecs=2 lowers p99"));
}

TEST_CASE("where the baseline is best, the profile says so and the status is 3") {
  const Cluster cluster;
  cluster.write_workload("--optimum rx-usecs=8 --noise 0.03");
  const auto ran = cluster.tune();
  CHECK(ran.status == 3);
  CHECK(contains(ran.out, "aseline stays"));
  CHECK(contains(cluster.text("study/profile.json"), "\"baseline_is_best\""));
  CHECK(contains(cluster.text("study/profile.json"), "\"rx-usecs\": 8"));
}

TEST_CASE("so it does where the budget or the model ends the search before all is measured") {
  for (const std::string how :
       {R"("searcher": {"name": "random"}, "budget": {"max_candidates": 2},)",
        R"("searcher": {"name": "bayesian"},)"}) {
    CAPTURE(how);
    const Cluster cluster;
    cluster.write_workload("--optimum rx-usecs=8,rx-frames=128 --slope 0.3 --noise 0.001");
    cluster.write_policy(
        R"({"parameters": [{"knob": "rx-usecs", "values": [1, 2, 4, 8, 16, 32, 64]},
                           {"knob": "rx-frames", "values": [2, 4, 8, 16, 32, 64, 128]}]})",
        how);
    const auto ran = cluster.tune();
    CHECK_MESSAGE(ran.status == 3, ran.err);
    CHECK(contains(ran.out, "unmeasured"));
    CHECK(contains(ran.out, "aseline stays"));
    CHECK(contains(cluster.text("study/profile.json"), "\"baseline_is_best\""));
    // The same is told from what is on the disk.
    CHECK(contains(cluster.run({"report", "study"}).out, "aseline stays"));
  }
}

}  // namespace moderato
