// SPDX-License-Identifier: Apache-2.0
// What moves although nobody asked for it, and what an adaptive mode hides.
#include "agent/guard.hpp"
#include "agent/guard_bench.hpp"

using namespace moderato;

namespace {

using Writes = std::vector<Settings>;

Settings adaptive_start() {
  return {{"adaptive-rx", 1}, {"rx-usecs", 16}, {"rx-frames", 44}, {"tx-frames", 32}};
}

/// Armed with adaptive-rx and rx-usecs, adaptive at first.
struct Adaptive {
  explicit Adaptive(Character character)
      : bench(std::move(character), adaptive_start()), guard(bench.guard()) {
    require(guard.arm("eth0", {"adaptive-rx", "rx-usecs"}));
  }
  Snapshot snapshot() const {
    const auto snapshots = bench.store().load();
    REQUIRE(snapshots);
    REQUIRE(snapshots->size() == 1);
    return snapshots->at(0);
  }

  GuardBench bench;
  Guard guard;
};

}  // namespace

TEST_CASE("the snapshot holds all that the device says, armed or not") {
  const GuardBench bench;
  Guard guard = bench.guard();
  CHECK(guard.arm("eth0", {"rx-usecs"}) == Settings{{"rx-usecs", 16}});
  const Snapshot snapshot = bench.store().load().value().at(0);
  CHECK(snapshot.settings == Settings{{"rx-usecs", 16}});
  CHECK(snapshot.others ==
        Settings{{"adaptive-rx", 0}, {"rx-frames", 44}, {"gro-flush-timeout", 0}});
}

TEST_CASE("what a mode resets although nobody asked for it has its value again at once") {
  const GuardBench bench({.mode_resets = {{"adaptive-rx", {{"tx-frames", 9}}}}},
                         {{"adaptive-rx", 0}, {"tx-frames", 32}});
  Guard guard = bench.guard();
  require(guard.arm("eth0", {"adaptive-rx"}));
  CHECK(guard.write("eth0", {{"adaptive-rx", 1}}) == Settings{{"adaptive-rx", 1}});
  CHECK(bench.settings().at("tx-frames") == 32);
  require(guard.restore());
  CHECK(bench.settings() == Settings{{"adaptive-rx", 0}, {"tx-frames", 32}});
}

TEST_CASE("restore puts back what a mode moved, armed or not") {
  const GuardBench bench({.mode_resets = {{"adaptive-rx", {{"rx-usecs", 50}, {"rx-frames", 9}}}}},
                         adaptive_start());
  Guard guard = bench.guard();
  require(guard.arm("eth0", {"adaptive-rx"}));
  require(guard.write("eth0", {{"adaptive-rx", 0}}));
  CHECK(bench.settings().at("rx-frames") == 9);
  require(guard.release());
  CHECK(bench.settings() == adaptive_start());
}

TEST_CASE("a dead agent's snapshot puts back what nobody armed, too") {
  const GuardBench bench({.mode_resets = {{"adaptive-rx", {{"rx-frames", 9}}}}}, adaptive_start());
  {
    Guard killed = bench.guard();
    require(killed.arm("eth0", {"adaptive-rx"}));
    require(killed.write("eth0", {{"adaptive-rx", 0}}));
  }
  require(bench.guard().recover(Guard::Doing::it));
  CHECK(bench.settings() == adaptive_start());
}

TEST_CASE("a setting that the device no longer has keeps nobody waiting, unless it was armed") {
  for (const bool armed : {false, true}) {
    CAPTURE(armed);
    const GuardBench bench;
    Guard guard = bench.guard();
    require(guard.arm("eth0", {armed ? "rx-frames" : "rx-usecs"}));
    bench.change([](FakeDevice& device) { device.settings.erase("rx-frames"); });
    CHECK(guard.release().has_value() == !armed);
  }
}

TEST_CASE(
    "a value of the moment in the snapshot gives way to the one that stands behind the mode") {
  Adaptive adaptive({.shows_while_adaptive = {{"rx-usecs", 64}, {"rx-frames", 256}}});
  CHECK(adaptive.snapshot().settings.at("rx-usecs") == 64);
  require(adaptive.guard.write("eth0", {{"adaptive-rx", 0}, {"rx-usecs", 1}}));
  CHECK(adaptive.bench.settings().at("rx-usecs") == 1);
  CHECK(adaptive.snapshot().settings.at("rx-usecs") == 16);
  CHECK(adaptive.snapshot().others.at("rx-frames") == 44);
  require(adaptive.guard.release());
  CHECK(adaptive.bench.settings() == adaptive_start());
}

TEST_CASE("values that the driver resets with its mode are not taken for those of before") {
  Adaptive adaptive({.mode_resets = {{"adaptive-rx", {{"rx-usecs", 50}, {"rx-frames", 9}}}}});
  require(adaptive.guard.write("eth0", {{"adaptive-rx", 0}, {"rx-usecs", 1}}));
  CHECK(adaptive.snapshot().settings.at("rx-usecs") == 16);
  require(adaptive.guard.release());
  CHECK(adaptive.bench.settings() == adaptive_start());
}

TEST_CASE("where the device shows what stands behind the mode, nothing is written to find out") {
  Adaptive adaptive({});
  require(adaptive.guard.write("eth0", {{"adaptive-rx", 0}, {"rx-usecs", 1}}));
  CHECK(adaptive.bench.writes() == Writes{{{"adaptive-rx", 0}}, {{"rx-usecs", 1}}});
}

TEST_CASE("it is found out once") {
  Adaptive adaptive({.shows_while_adaptive = {{"rx-usecs", 64}}});
  require(adaptive.guard.write("eth0", {{"adaptive-rx", 0}}));
  require(adaptive.guard.restore());
  const std::size_t before = adaptive.bench.writes().size();
  require(adaptive.guard.write("eth0", {{"adaptive-rx", 0}}));
  CHECK(adaptive.bench.writes().size() == before + 1);
}

TEST_CASE("a value that no longer counts behind its mode does not fail the restore") {
  Adaptive adaptive({.refuses_its_default = {"rx-usecs"}});
  require(adaptive.guard.write("eth0", {{"adaptive-rx", 0}, {"rx-usecs", 1}}));
  require(adaptive.guard.release());
  CHECK(adaptive.bench.settings().at("adaptive-rx") == 1);
}

TEST_CASE("what a study writes behind a mode is not taken for what was there before") {
  Adaptive adaptive({});
  require(adaptive.guard.write("eth0", {{"adaptive-rx", 1}, {"rx-usecs", 1}}));
  require(adaptive.guard.write("eth0", {{"adaptive-rx", 0}, {"rx-usecs", 2}}));
  require(adaptive.guard.release());
  CHECK(adaptive.bench.settings() == adaptive_start());
}

TEST_CASE("values of the moment are not written where nothing of ours has touched the mode") {
  for (const bool killed : {false, true}) {
    CAPTURE(killed);
    const GuardBench bench({.shows_while_adaptive = {{"rx-usecs", 64}}, .rung_step = 8},
                           adaptive_start());
    {
      Guard guard = bench.guard();
      require(guard.arm("eth0", {"rx-usecs", "tx-frames"}));
      require(guard.write("eth0", {{"tx-frames", 1}}));
      if (!killed) require(guard.release());
    }
    if (killed) require(bench.guard().recover(Guard::Doing::it));
    CHECK(bench.settings() == adaptive_start());
    CHECK(bench.writes() == Writes{{{"tx-frames", 1}}, {{"tx-frames", 32}}});
  }
}

TEST_CASE("a value that shows by accident is written all the same") {
  Adaptive adaptive({.shows_while_adaptive = {{"rx-usecs", 64}}});
  require(adaptive.guard.write("eth0", {{"adaptive-rx", 0}, {"rx-usecs", 1}}));
  adaptive.bench.change([](FakeDevice& device) {
    device.character.shows_while_adaptive = {{"rx-usecs", 16}, {"rx-frames", 44}};
  });
  require(adaptive.guard.release());
  CHECK(adaptive.bench.settings() == adaptive_start());
}

TEST_CASE("a mode that the study does not set is on again when one of its values is written") {
  const GuardBench bench({.shows_while_adaptive = {{"rx-usecs", 64}}, .rung_step = 8},
                         adaptive_start());
  Guard guard = bench.guard();
  require(guard.arm("eth0", {"rx-usecs"}));
  require(guard.write("eth0", {{"rx-usecs", 1}}));
  Settings written = adaptive_start();
  written["rx-usecs"] = 1;
  CHECK(bench.settings() == written);
  require(guard.release());
  CHECK(bench.settings() == adaptive_start());
}

TEST_CASE("a value that the driver shows and does not take is no reason to know less") {
  SUBCASE("a driver that keeps values") {
    Adaptive adaptive({.rejects = {{"rx-usecs", 64, 64, "no"}},
                       .shows_while_adaptive = {{"rx-usecs", 64}, {"rx-frames", 256}}});
    require(adaptive.guard.write("eth0", {{"adaptive-rx", 0}, {"rx-usecs", 1}}));
    require(adaptive.guard.release());
    CHECK(adaptive.bench.settings() == adaptive_start());
  }
  SUBCASE("a driver that resets them") {
    Adaptive adaptive({.refuses_its_default = {"rx-usecs"},
                       .mode_resets = {{"adaptive-rx", {{"rx-usecs", 50}, {"rx-frames", 9}}}}});
    require(adaptive.guard.write("eth0", {{"adaptive-rx", 0}, {"rx-usecs", 1}}));
    CHECK(adaptive.snapshot().others.at("rx-frames") == 44);
  }
}

TEST_CASE("what is found behind a mode that fails on the way stays known") {
  // Off, the values that were shown, on: then the device is busy.
  Adaptive adaptive(
      {.shows_while_adaptive = {{"rx-usecs", 64}}, .fails_after = 3, .fails_until = 4});
  CHECK_FALSE(adaptive.guard.write("eth0", {{"adaptive-rx", 0}, {"rx-usecs", 1}}));
  CHECK(adaptive.snapshot().moving == std::vector<std::string>{"adaptive-rx"});
  CHECK(adaptive.snapshot().behind.at("rx-usecs") == 16);
  SUBCASE("for the next write") {
    require(adaptive.guard.write("eth0", {{"adaptive-rx", 0}, {"rx-usecs", 1}}));
    CHECK(adaptive.snapshot().moving.empty());
    CHECK(adaptive.snapshot().behind.empty());
  }
  SUBCASE("for the way back") {}
  require(adaptive.guard.release());
  CHECK(adaptive.bench.settings() == adaptive_start());
}

TEST_CASE("it is found out of each mode") {
  const Settings start{{"adaptive-rx", 1}, {"adaptive-tx", 1}, {"rx-usecs", 16}, {"tx-usecs", 32}};
  const GuardBench bench({.shows_while_adaptive = {{"rx-usecs", 64}, {"tx-usecs", 128}}}, start);
  Guard guard = bench.guard();
  require(guard.arm("eth0", {"adaptive-rx", "adaptive-tx", "rx-usecs", "tx-usecs"}));
  require(guard.write("eth0", {{"adaptive-rx", 0}, {"rx-usecs", 1}}));
  require(guard.write("eth0", {{"adaptive-tx", 0}, {"tx-usecs", 2}}));
  require(guard.release());
  CHECK(bench.settings() == start);
}
