// SPDX-License-Identifier: Apache-2.0
// What other tests rest on: that the pretended NIC misbehaves as it is told to.
#include <doctest/doctest.h>

#include "core/file.hpp"
#include "fakes/driver.hpp"
#include "fakes/fake_nic.hpp"
#include "temporary_folder.hpp"

using namespace moderato;

namespace {

/// A file with one device, eth0, and both of its backends.
struct Bench {
  explicit Bench(Character character = {}, Settings settings = {{"rx-usecs", 16},
                                                                {"rx-frames", 44},
                                                                {"adaptive-rx", 0},
                                                                {"gro-flush-timeout", 0}}) {
    FakeDevice device = fake_device("eth0", std::move(settings));
    device.character = std::move(character);
    file.save({.devices = {device}});
    backends = fake_backends(path());
  }
  std::filesystem::path path() const { return folder.path() / "nic.json"; }
  Result<void> write(const Settings& settings) { return backends[0]->write("eth0", settings); }
  std::int64_t value(const std::string& knob) {
    return read_settings(backends, "eth0", {knob}).value().at(knob);
  }
  FakeDevice device() const { return file.load().devices.at(0); }

  TemporaryFolder folder;
  FakeFile file{path()};
  Backends backends;
};

std::string message(const Result<void>& outcome) {
  return outcome ? "" : outcome.error().message;
}

}  // namespace

TEST_CASE("an obedient device shows what was written, and tells the request in its journal") {
  Bench bench;
  REQUIRE(bench.write({{"rx-usecs", 8}, {"rx-frames", 1}}));
  CHECK(bench.value("rx-usecs") == 8);
  REQUIRE(bench.device().journal.size() == 1);
  CHECK(bench.device().journal[0].settings == Settings{{"rx-usecs", 8}, {"rx-frames", 1}});
  CHECK(bench.device().journal[0].changed);
}

TEST_CASE("a knob that the device does not have is refused by the kernel") {
  Bench bench;
  CHECK(message(bench.write({{"tx-usecs", 1}, {"rx-usecs", 8}})) ==
        "eth0 does not take rx-usecs=8 tx-usecs=1: Invalid argument: cannot modify an unsupported "
        "parameter");
  CHECK(bench.value("rx-usecs") == 16);
  CHECK(bench.device().journal.at(0).refused.starts_with("Invalid argument"));
}

TEST_CASE("refused values change nothing and give the extended-ack text") {
  Bench bench({.rejects = {{"rx-usecs", 4096, 9999, "maximum coalesce time supported is 4095"}}});
  CHECK(message(bench.write({{"rx-frames", 1}, {"rx-usecs", 4096}}))
            .ends_with("maximum coalesce time supported is 4095"));
  CHECK(bench.value("rx-frames") == 44);
  CHECK(bench.write({{"rx-usecs", 4095}}));
}

TEST_CASE("values are rounded down, and clamped") {
  Bench bench({.rounds = {{"rx-usecs", 4}}, .clamps = {{"rx-frames", {1, 64}}}});
  REQUIRE(bench.write({{"rx-usecs", 11}, {"rx-frames", 100}}));
  CHECK(bench.value("rx-usecs") == 8);
  CHECK(bench.value("rx-frames") == 64);
}

TEST_CASE("an ignored value is taken without effect") {
  Bench bench({.ignores = {"rx-usecs"}});
  CHECK(bench.write({{"rx-usecs", 11}}));
  CHECK(bench.value("rx-usecs") == 16);
  CHECK_FALSE(bench.device().journal.at(0).changed);
}

TEST_CASE("a liar shows what was written, and does what it did before") {
  Bench bench({.lies = {"rx-usecs"}});
  REQUIRE(bench.write({{"rx-usecs", 11}}));
  CHECK(bench.value("rx-usecs") == 11);
  CHECK(true_settings(bench.device()).at("rx-usecs") == 16);
}

TEST_CASE("a liar that rounds shows what was written, and does the rounded value") {
  Bench bench({.rounds = {{"rx-usecs", 2}}, .lies = {"rx-usecs"}});
  REQUIRE(bench.write({{"rx-usecs", 11}}));
  CHECK(bench.value("rx-usecs") == 11);
  CHECK(true_settings(bench.device()).at("rx-usecs") == 10);
}

TEST_CASE("a device that refuses its default never goes back to it") {
  Bench bench({.refuses_its_default = {"rx-usecs"}});
  CHECK(bench.write({{"rx-usecs", 16}}));  // it stands: the driver is not asked
  REQUIRE(bench.write({{"rx-usecs", 8}}));
  CHECK(message(bench.write({{"rx-usecs", 16}})).ends_with("rx-usecs must not be 16"));
  CHECK(bench.value("rx-usecs") == 8);
}

TEST_CASE("a combination is refused also where one half of it stands") {
  Bench bench({.refuses_together = {{{{"rx-usecs", 0}, {"rx-frames", 0}}, "not both"}}});
  REQUIRE(bench.write({{"rx-frames", 0}}));
  CHECK(message(bench.write({{"rx-usecs", 0}})).ends_with("not both"));
  CHECK(bench.write({{"rx-usecs", 0}, {"rx-frames", 1}}));
}

TEST_CASE("only a mode that changes resets values") {
  Bench bench({.mode_resets = {{"adaptive-rx", {{"rx-usecs", 50}}}}});
  REQUIRE(bench.write({{"adaptive-rx", 0}}));
  CHECK(bench.value("rx-usecs") == 16);
  REQUIRE(bench.write({{"adaptive-rx", 1}}));
  CHECK(bench.value("rx-usecs") == 50);
}

TEST_CASE("while a direction is adaptive a read may show the value of the moment") {
  Bench bench({.shows_while_adaptive = {{"rx-usecs", 128}}});
  CHECK(bench.value("rx-usecs") == 16);
  REQUIRE(bench.write({{"adaptive-rx", 1}}));
  CHECK(bench.value("rx-usecs") == 128);
  CHECK(bench.device().settings.at("rx-usecs") == 16);
}

TEST_CASE("the value of the moment may be another one in every read") {
  Bench bench({.shows_while_adaptive = {{"rx-usecs", 128}}, .rung_step = 8},
              {{"adaptive-rx", 1}, {"rx-usecs", 16}});
  const auto shown = bench.value("rx-usecs");
  CHECK(shown >= 128);
  CHECK(bench.value("rx-usecs") != shown);
  CHECK(bench.device().settings.at("rx-usecs") == 16);
}

TEST_CASE("a driver may refuse values of a direction while it is adaptive") {
  Bench bench({.refuses_while_adaptive = true});
  REQUIRE(bench.write({{"adaptive-rx", 1}}));
  CHECK(message(bench.write({{"rx-usecs", 8}})).ends_with("cannot be changed while adaptive"));
  CHECK(bench.write({{"rx-usecs", 16}}));
  REQUIRE(bench.write({{"adaptive-rx", 0}}));
  CHECK(bench.write({{"rx-usecs", 8}}));
}

TEST_CASE("a foreign writer comes once after the nth write, or before each read") {
  const Settings foreign{{"rx-usecs", 64}};
  Bench once({.foreign_writer = ForeignWriter{.nth = 2, .settings = foreign}});
  REQUIRE(once.write({{"rx-usecs", 1}}));
  CHECK(once.value("rx-usecs") == 1);
  REQUIRE(once.write({{"rx-usecs", 2}}));
  CHECK(once.value("rx-usecs") == 64);
  REQUIRE(once.write({{"rx-usecs", 3}}));
  CHECK(once.value("rx-usecs") == 3);
  Bench always({.foreign_writer = ForeignWriter{
                    .when = ForeignWriter::When::before_read, .nth = 1, .settings = foreign}});
  for (const std::int64_t value : {1, 2}) {
    REQUIRE(always.write({{"rx-usecs", value}}));
    CHECK(always.value("rx-usecs") == 64);
  }
}

TEST_CASE("changes() tells of others' effective writes, each once, and not of its own") {
  Bench bench;
  Backends others = fake_backends(bench.path());
  REQUIRE(bench.write({{"rx-usecs", 8}}));
  for (const auto& own : bench.backends)
    CHECK(own->changes().empty());
  REQUIRE(others[0]->write("eth0", {{"rx-usecs", 8}}));  // it stands
  CHECK(bench.backends[0]->changes().empty());
  REQUIRE(others[0]->write("eth0", {{"rx-usecs", 9}}));
  const auto changes = bench.backends[0]->changes();
  REQUIRE(changes.size() == 1);
  CHECK(changes[0].netdev == "eth0");
  CHECK(changes[0].now == Settings{{"rx-usecs", 9}, {"rx-frames", 44}, {"adaptive-rx", 0}});
  CHECK(bench.backends[0]->changes().empty());
  CHECK(others[0]->changes().size() == 1);
}

TEST_CASE("nobody is told of what goes through sysfs") {
  Bench bench;
  Backends others = fake_backends(bench.path());
  REQUIRE(others[1]->write("eth0", {{"gro-flush-timeout", 20000}}));
  CHECK(bench.value("gro-flush-timeout") == 20000);
  CHECK(bench.backends[0]->changes().empty());
  CHECK(bench.backends[1]->changes().empty());
}

TEST_CASE("after its last good write a device answers EIO, or is gone") {
  Bench broken({.fails_after = 1});
  CHECK(broken.write({{"rx-usecs", 1}}));
  CHECK(message(broken.write({{"rx-usecs", 2}})).ends_with("Input/output error"));
  CHECK(broken.value("rx-usecs") == 1);
  Bench busy({.fails_after = 0, .fails_until = 1});
  CHECK_FALSE(busy.write({{"rx-usecs", 1}}));
  CHECK(busy.write({{"rx-usecs", 1}}));
  Bench gone({.gone_after = 1});
  CHECK(gone.write({{"rx-usecs", 1}}));
  CHECK(message(gone.write({{"rx-usecs", 2}})).ends_with("No such device"));
  CHECK_FALSE(gone.backends[0]->read("eth0"));
  CHECK(fake_discover(gone.path()).devices.empty());
}

TEST_CASE("discovery tells the facts, and every knob of the catalogue") {
  Bench bench;
  const auto report = fake_discover(bench.path());
  REQUIRE(report.devices.size() == 1);
  CHECK(report.devices[0].driver == "mlx5_core");
  CHECK(report.devices[0].pci_id == "15b3:1017");
  CHECK(report.devices[0].knobs.size() == catalogue().size());
  CHECK(host_report_from_json(to_json(report), "probe"));
}

TEST_CASE("a fake host survives its file") {
  FakeDevice device = fake_device("eth0", {{"rx-usecs", 16}});
  device.character = {
      .rejects = {{"rx-usecs", 1, 3, "no"}},
      .rounds = {{"rx-usecs", 2}},
      .clamps = {{"rx-usecs", {0, 64}}},
      .ignores = {"tx-usecs"},
      .lies = {"rx-usecs"},
      .refuses_its_default = {"rx-usecs"},
      .refuses_together = {{{{"rx-usecs", 0}}, "not both"}},
      .mode_resets = {{"adaptive-rx", {{"rx-usecs", 8}}}},
      .shows_while_adaptive = {{"rx-usecs", 128}},
      .rung_step = 8,
      .refuses_while_adaptive = true,
      .foreign_writer = ForeignWriter{.nth = 2, .settings = {{"rx-usecs", 1}}, .tells = false},
      .fails_after = 5,
      .fails_until = 9,
      .gone_after = 6,
      .slow_ms = 7};
  device.facts.management = "default route";
  device.packets_a_look = 11;
  device.truth = {{"rx-usecs", 4}};
  device.gone = true;
  device.ifindex = 12;
  device.journal = {{{{"rx-usecs", 1}}, "no", false}, {{{"rx-usecs", 4}}, "", true}};
  device.notifications = {{3, {{"rx-usecs", 4}}}};
  const std::string text = to_json(FakeHost{"node7", "6.12", {device}, 4});
  const auto read = fake_host_from_json(text, "nic.json");
  REQUIRE_MESSAGE(read, describe(read.error()));
  CHECK(to_json(*read) == text);
}

TEST_CASE("a typo in a fake host is a fault, and a file by hand needs little") {
  const std::string begin = R"({"schema": "moderato-fake-nic/1", "devices": [{"netdev": "eth0",
      "settings": {"rx-usecs": 16})";
  const auto host = fake_host_from_json(begin + "}]}", "nic.json");
  REQUIRE(host);
  CHECK(host->devices.at(0).initial == Settings{{"rx-usecs", 16}});
  for (const char* typo :
       {R"("charakter": {})", R"("character": {"reject": []})",
        R"("character": {"rounds": {"rx-usec": 2}})", R"("character": {"rounds": {"rx-usecs": 0}})",
        R"("character": {"clamps": {"rx-usecs": [2, 1]}})"})
    CHECK_FALSE(fake_host_from_json(begin + ", " + typo + "}]}", "nic.json"));
}
