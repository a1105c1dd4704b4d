// SPDX-License-Identifier: Apache-2.0
#include <signal.h>

#include <set>

#include "cluster.hpp"

namespace moderato {

namespace {

constexpr const char* wide_space = R"({"parameters": [
  {"knob": "rx-usecs", "values": [0, 1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 64, 128, 256, 512, 1024]},
  {"knob": "rx-frames", "values": [1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 64, 128, 256]}]})";
constexpr std::size_t wide_grid = 16 * 13;  // the baseline among them

std::size_t searched(const std::vector<Trial>& trials) {
  std::set<int> candidates;
  for (const Trial& trial : trials)
    if (trial.key.phase == Phase::search && trial.key.candidate != 0)
      candidates.insert(trial.key.candidate);
  return candidates.size();
}

void plant(const Cluster& cluster, const std::string& more = "", const std::string& noise = "") {
  cluster.write_workload("--optimum rx-usecs=2,rx-frames=16" + noise);
  cluster.write_policy(wide_space, R"("searcher": {"name": "bayesian"},)" + more);
}

}  // namespace

TEST_CASE("the Bayesian search finds a planted optimum with a tenth of the grid's trials") {
  const Cluster cluster;
  plant(cluster, "", " --noise 0.03");
  const auto ran = cluster.tune();
  CHECK_MESSAGE(ran.status == 0, ran.out, ran.err);
  CHECK_MESSAGE(contains(ran.out, "Improved: rx-frames=16 rx-usecs=2 lowers p99"), ran.out);
  CHECK(contains(ran.err, "the search ends: no other candidate is expected to gain"));
  CHECK(contains(ran.err, "best so far, to be confirmed: rx-frames="));
  CHECK(contains(ran.err, "a further one was expected to gain "));
  constexpr std::size_t grid_in_15_rounds = wide_grid * 15;
  CHECK(cluster.trials().size() <= grid_in_15_rounds / 10);
}

TEST_CASE("the search measures no more candidates than the budget has") {
  const Cluster cluster;
  plant(cluster, R"("budget": {"max_candidates": 6},)");
  const auto ran = cluster.tune();
  CHECK(contains(ran.err, "the search ends: 6 candidates were measured, the budget's maximum"));
  CHECK(searched(cluster.trials()) == 6);
}

TEST_CASE("interrupted and resumed, a Bayesian search asks for what it would have asked for") {
  const Cluster whole, parted;
  // Without noise: a trial cut short and repeated draws other noise, which may choose others.
  plant(whole);
  plant(parted);
  REQUIRE(whole.tune().status == 0);
  for (int i = 0; i < 3; ++i) {
    auto command = i == 0 ? parted.command({"tune", "--policy", "policy.json", "--link",
                                            "link.json", "--study", "study"})
                          : parted.command({"tune", "--resume", "study"});
    parted.interrupt(command, 20, i % 2 == 0 ? SIGKILL : SIGTERM);
  }
  CHECK(parted.run({"tune", "--resume", "study"}).status == 0);
  const auto one = whole.trials(), other = parted.trials();
  REQUIRE(one.size() == other.size());
  for (std::size_t i = 0; i < one.size(); ++i) {
    CHECK(one[i].key == other[i].key);
    CHECK(one[i].settings == other[i].settings);
  }
}

TEST_CASE("an anchor that is no setting of the space is refused with its place") {
  const Cluster cluster;
  cluster.write_policy(Cluster::usual_space,
                       R"("searcher": {"name": "bayesian", "anchors": [{"rx-frames": 1}]},)");
  const auto ran = cluster.tune();
  CHECK(ran.status == 2);
  CHECK_MESSAGE(contains(ran.err, "searcher.anchors[0].rx-frames"), ran.err);
  CHECK(contains(ran.err, "no parameter of the space"));
  CHECK_FALSE(fs::exists(cluster.path("study")));
}

TEST_CASE("a study that begins with an earlier one finds the same with fewer candidates") {
  const Cluster cluster;
  plant(cluster, "", " --noise 0.03");
  REQUIRE(cluster.tune().status == 0);
  fs::rename(cluster.path("study"), cluster.path("first"));
  const auto ran = cluster.tune({"--from", "first", "--seed", "2"});
  CHECK_MESSAGE(ran.status == 0, ran.out, ran.err);
  CHECK_MESSAGE(contains(ran.out, "Improved: rx-frames=16 rx-usecs=2 lowers p99"), ran.out);
  const auto record = read_study(cluster.path("first"));
  REQUIRE(record);
  CHECK(searched(cluster.trials()) < searched(record->trials));
  CHECK(contains(cluster.text("study/earlier.json"), "\"log_ratio\""));
}

TEST_CASE("an earlier study that cannot serve is refused before any host is touched") {
  const Cluster cluster;
  const auto absent = cluster.tune({"--from", "nowhere"});
  CHECK(absent.status != 0);
  CHECK_MESSAGE(contains(absent.err, "takes nothing from an earlier study"), absent.err);
  plant(cluster);
  const auto missing = cluster.tune({"--from", "nowhere"});
  CHECK(missing.status != 0);
  CHECK_MESSAGE(contains(missing.err, "nowhere"), missing.err);
  CHECK(cluster.device("a").journal.empty());
  CHECK_FALSE(fs::exists(cluster.path("study")));
}

}  // namespace moderato
