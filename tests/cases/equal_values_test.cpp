// SPDX-License-Identifier: Apache-2.0
// Values that a device shows as others.
#include <algorithm>
#include <set>
#include <string>

#include "cases/cluster.hpp"

namespace moderato {

TEST_CASE("values that a driver rounds to one are measured once") {
  const Cluster cluster;
  cluster.change([](FakeDevice& device) { device.character.rounds = {{"rx-usecs", 4}}; });
  cluster.write_policy(R"({"parameters": [{"knob": "rx-usecs", "values": [0, 4, 5, 7, 10, 64]}]})");
  cluster.write_workload("--optimum rx-usecs=4 --noise 0.02");
  const auto ran = cluster.tune();
  CHECK(ran.status == 0);
  CHECK(contains(ran.out, "Improved: rx-usecs=4"));
  CHECK(contains(cluster.text("study/report.json"),
                 "rx-usecs: 5 is the same as 4, 7 is the same as 4, 10 is the same as 8"));
  for (const Trial& trial : cluster.trials()) {
    CAPTURE(describe(trial.settings));
    CHECK(std::set<std::int64_t>{0, 4, 8, 64}.contains(trial.settings.at("rx-usecs")));
  }
  CHECK(cluster.untouched());
}

TEST_CASE("a value that reads back as one that the driver refuses is measured in its own name") {
  const Cluster cluster;
  cluster.change([](FakeDevice& device) {
    device.character.clamps = {{"rx-usecs", {1, 1000}}};  // igbvf: 0 reads back as 1,
    device.character.rejects = {{"rx-usecs", 1, 1, "Invalid argument"}};  // which it does not take
  });
  cluster.write_policy(R"({"parameters": [{"knob": "rx-usecs", "values": [8, 0, 1, 64]}]})");
  cluster.write_workload("--optimum rx-usecs=1 --noise 0.02");
  const auto ran = cluster.tune();
  CHECK(ran.status == 0);
  CHECK_FALSE(contains(ran.out, "is the same as"));
  CHECK_MESSAGE(contains(ran.out, "Measured was rx-usecs=0, which reads back as that."), ran.out);
  CHECK(cluster.untouched());
}

TEST_CASE("a study that was interrupted knows equal values without writing them again") {
  const Cluster cluster;
  cluster.change([](FakeDevice& device) { device.character.rounds = {{"rx-usecs", 4}}; });
  cluster.write_policy(R"({"parameters": [{"knob": "rx-usecs", "values": [0, 4, 5, 64]}]})");
  CHECK(cluster.tune().status == 0);
  const std::string known = cluster.text("study/equal-values.json");
  CHECK(contains(known, "\"same_as\": 4"));
  // What the record says counts, although the driver has learnt to do as it is told.
  cluster.change([](FakeDevice& device) { device.character.rounds = {}; });
  cluster.write("study/trials.jsonl", "");
  const auto resumed = cluster.run({"tune", "--resume", cluster.path("study")});
  CHECK(resumed.status == 0);
  CHECK_MESSAGE(contains(resumed.out, "5 is the same as 4"), resumed.out);
  CHECK(cluster.text("study/equal-values.json") == known);
  for (const Trial& trial : cluster.trials())
    CHECK(trial.settings.at("rx-usecs") != 5);
}

}  // namespace moderato
