// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "agent/guard.hpp"
#include "agent/guard_bench.hpp"

using namespace moderato;

namespace {

using Notes = std::vector<std::string>;

/// An armed eth0 with rx-usecs = 8 as the study wrote it.
struct Armed {
  explicit Armed(Character character = {}, const Settings& settings = GuardBench::start())
      : bench(std::move(character), settings), guard(bench.guard()) {
    require(guard.arm("eth0", rx_knobs));
    require(guard.arm("eth1", rx_knobs));
    require(guard.write("eth0", {{"rx-usecs", 8}}));
  }
  /// Without the line about programs that happen to run on this machine.
  Notes foreign(const std::string& netdev = "eth0") {
    auto notes = guard.foreign(netdev);
    REQUIRE(notes);
    std::erase_if(*notes, [](const std::string& note) { return note.starts_with("running here"); });
    return *notes;
  }

  GuardBench bench;
  Guard guard;
};

const Notes none;

}  // namespace

TEST_CASE("own writes are not foreign") {
  Armed armed;
  CHECK(armed.foreign() == none);
  require(armed.guard.restore());
  CHECK(armed.foreign() == none);
}

TEST_CASE("a foreign write is named with the value before and after") {
  Armed armed;
  armed.bench.foreign_write({{"rx-usecs", 64}});
  CHECK(armed.foreign() == Notes{"rx-usecs of eth0: 8 -> 64"});
}

TEST_CASE("a foreign write that nobody told of is found by reading") {
  Armed armed({.foreign_writer = ForeignWriter{.when = ForeignWriter::When::before_read,
                                               .nth = 1,
                                               .settings = {{"rx-frames", 1}},
                                               .tells = false}});
  require(armed.guard.write("eth0", {{"rx-usecs", 8}, {"rx-frames", 44}}));
  // It was there when the write was read back: the effective value is what the study goes by.
  CHECK(armed.foreign() == none);
  armed.bench.change([](FakeDevice& device) { device.settings["rx-usecs"] = 9; });
  CHECK(armed.foreign() == Notes{"rx-usecs of eth0: 8 -> 9"});
}

TEST_CASE("a writer who comes before our write is read back is told") {
  Armed armed({.foreign_writer = ForeignWriter{.nth = 1, .settings = {{"rx-usecs", 64}}}});
  const Notes notes = armed.foreign();
  REQUIRE(notes.size() == 1);
  CHECK(notes[0].starts_with("eth0 was set to "));
  CHECK_MESSAGE(notes[0].find("rx-usecs=64") != std::string::npos, notes[0]);
}

TEST_CASE("a foreign write that was taken back is told, too") {
  Armed armed;
  armed.bench.foreign_write({{"rx-usecs", 64}});
  armed.bench.foreign_write({{"rx-usecs", 8}});
  CHECK(armed.foreign() == Notes{"rx-usecs of eth0: 8 -> 64"});
}

TEST_CASE("of several foreign writes each knob is named") {
  Armed armed;
  require(armed.guard.write("eth0", {{"rx-usecs", 8}, {"rx-frames", 4}}));
  armed.bench.foreign_write({{"rx-usecs", 64}});
  armed.bench.foreign_write({{"rx-frames", 1}});
  armed.bench.foreign_write({{"rx-usecs", 8}, {"rx-frames", 4}});
  CHECK(armed.foreign() == Notes{"rx-frames of eth0: 4 -> 1", "rx-usecs of eth0: 8 -> 64"});
}

TEST_CASE("a foreign write of a knob that the study does not set is told") {
  Armed armed;
  armed.bench.foreign_write({{"rx-frames", 1}});
  const Notes notes = armed.foreign();
  REQUIRE(notes.size() == 1);
  CHECK_MESSAGE(notes[0].find("rx-frames=1 ") != std::string::npos, notes[0]);
}

TEST_CASE("a foreign write is told once") {
  Armed armed;
  armed.bench.foreign_write({{"rx-frames", 1}});
  CHECK_FALSE(armed.foreign().empty());
  CHECK(armed.foreign() == none);
}

TEST_CASE("asking for one netdev does not forget what others did to another") {
  Armed armed;
  armed.bench.foreign_write({{"rx-frames", 1}}, "eth1");
  armed.bench.foreign_write({{"rx-frames", 44}}, "eth1");
  CHECK(armed.foreign("eth0") == none);
  CHECK(armed.foreign("eth1") == Notes{"rx-frames of eth1: 44 -> 1"});
}

TEST_CASE("what happened before the last write is not told") {
  Armed armed;
  armed.bench.foreign_write({{"rx-usecs", 64}});
  require(armed.guard.write("eth0", {{"rx-usecs", 7}}));
  CHECK(armed.foreign() == none);
}

TEST_CASE("what happened before arming is not foreign") {
  const GuardBench bench;
  Guard guard = bench.guard();
  bench.foreign_write({{"rx-usecs", 64}});
  require(guard.arm("eth0", rx_knobs));
  CHECK(guard.foreign("eth0") == none);
}

TEST_CASE(
    "what the adaptive mode moves is not foreign, also where the study does not set the mode") {
  for (const Settings& written :
       {Settings{{"adaptive-rx", 1}, {"rx-usecs", 8}}, Settings{{"rx-usecs", 8}}}) {
    const GuardBench bench({.shows_while_adaptive = {{"rx-usecs", 128}}},
                           {{"adaptive-rx", 1}, {"rx-usecs", 16}, {"rx-frames", 44}});
    Guard guard = bench.guard();
    require(guard.arm("eth0", rx_knobs));
    require(guard.write("eth0", written));
    CHECK(guard.foreign("eth0") == none);
  }
}

TEST_CASE("a foreign write is named while the adaptive mode moves other knobs") {
  const GuardBench bench({.shows_while_adaptive = {{"rx-usecs", 128}}},
                         {{"adaptive-rx", 1}, {"rx-usecs", 16}, {"rx-usecs-high", 128}});
  Guard guard = bench.guard();
  require(guard.arm("eth0", {"adaptive-rx", "rx-usecs", "rx-usecs-high"}));
  require(guard.write("eth0", {{"adaptive-rx", 1}, {"rx-usecs", 8}, {"rx-usecs-high", 100}}));
  bench.foreign_write({{"rx-usecs-high", 200}});
  auto notes = guard.foreign("eth0");
  REQUIRE(notes);
  REQUIRE_FALSE(notes->empty());
  CHECK(notes->at(0) == "rx-usecs-high of eth0: 100 -> 200");
}

TEST_CASE("a netdev that vanished is an error, not silence") {
  Armed armed;
  armed.bench.change([](FakeDevice& device) { device.gone = true; });
  CHECK(message_of(armed.guard.foreign("eth0")).find("No such device") != std::string::npos);
}
