// SPDX-License-Identifier: Apache-2.0
#include "boot/boot.hpp"

#include <csignal>

#include "agent/guard_bench.hpp"
#include "boot/installed_profile.hpp"

using namespace moderato;

namespace {

using Writes = std::vector<Settings>;
using Outcomes = Result<std::vector<DeviceOutcome>>;

const Settings tuned{{"rx-usecs", 8}, {"rx-frames", 1}};

/// A host with two devices of one kind, and a profile for that kind.
struct Site {
  explicit Site(Character of_eth0 = {}, const Settings& settings = GuardBench::start())
      : bench(std::move(of_eth0), settings) {
    ::signal(SIGPIPE, SIG_IGN);  // as main does
    const Device device = bench.device().facts;
    profile.name = "test";
    profile.settings = tuned;
    profile.match = match_for(device);
    profile.fingerprint = fingerprint_of(device, bench.file.load().kernel);
  }
  Target target(const std::string& netdev = "") const {
    return {"node7", {MODERATO_BINARY_DIR "/tests/fake-agent", "--nic", bench.nic()}, netdev};
  }
  AgentProgram program() const { return {"moderato", bench.state_dir(), std::chrono::seconds(20)}; }
  Outcomes apply(const std::string& netdev = "") const {
    return apply_profile(profile, target(netdev), program(), false);
  }
  Outcomes dry_run() const { return apply_profile(profile, target(), program(), true); }
  Outcomes verify(const std::string& netdev = "") const {
    return verify_profile(profile, target(netdev), program());
  }
  void change_eth1(const std::function<void(FakeDevice&)>& how) const {
    bench.file.change([&](FakeHost& host) { how(host.devices.at(1)); });
  }
  bool untouched() const {
    return bench.writes().empty() && bench.writes("eth1").empty() && no_snapshot();
  }
  bool no_snapshot() const { return bench.store().load().value().empty(); }
  bool is_set(const std::string& netdev) const {
    Settings wanted = tuned;
    const Settings now = bench.settings(netdev);
    wanted.insert(now.begin(), now.end());
    return now == wanted;
  }

  GuardBench bench;
  Profile profile;
};

std::string describe(const std::vector<Difference>& differed) {
  std::string text;
  for (const auto& [knob, wanted, now] : differed)
    text += knob + " " + std::to_string(now) + "->" + std::to_string(wanted) + " ";
  return text;
}

void check_all_as_wanted(const Outcomes& outcomes, std::size_t devices = 2) {
  REQUIRE_MESSAGE(outcomes, message_of(outcomes));
  REQUIRE(outcomes->size() == devices);
  for (const DeviceOutcome& outcome : *outcomes)
    CHECK(describe(outcome.differed) == "");
}

}  // namespace

TEST_CASE("apply sets every device that matches, tells what differed, and the settings stay") {
  const Site site;
  const auto outcomes = site.apply();
  REQUIRE_MESSAGE(outcomes, message_of(outcomes));
  REQUIRE(outcomes->size() == 2);
  CHECK(outcomes->at(0).where == "node7/eth0");
  CHECK(outcomes->at(1).where == "node7/eth1");
  for (const DeviceOutcome& outcome : *outcomes) {
    CHECK(describe(outcome.differed) == "rx-frames 44->1 rx-usecs 16->8 ");
    CHECK(outcome.stale.empty());
  }
  CHECK(site.is_set("eth0"));
  CHECK(site.is_set("eth1"));
  CHECK(site.no_snapshot());
}

TEST_CASE("apply is idempotent: no write where the values stand") {
  const Site site;
  require(site.apply());
  const auto before = site.bench.writes();
  check_all_as_wanted(site.apply());
  CHECK(site.bench.writes() == before);
  CHECK(site.bench.writes("eth1") == before);
}

TEST_CASE("apply writes only the knob that differs") {
  const Site site({}, {{"rx-usecs", 8}, {"rx-frames", 44}, {"tx-usecs", 3}});
  require(site.apply());
  CHECK(site.bench.writes() == Writes{{{"rx-frames", 1}}});
}

TEST_CASE("apply to one netdev leaves the others") {
  const Site site;
  const auto outcomes = site.apply("eth1");
  REQUIRE(outcomes);
  REQUIRE(outcomes->size() == 1);
  CHECK(outcomes->at(0).where == "node7/eth1");
  CHECK(site.is_set("eth1"));
  CHECK(site.bench.writes().empty());
}

TEST_CASE("a dry run tells what differs, and writes neither settings nor snapshots") {
  const Site site;
  const auto outcomes = site.dry_run();
  REQUIRE(outcomes);
  CHECK(describe(outcomes->at(0).differed) == "rx-frames 44->1 rx-usecs 16->8 ");
  CHECK(site.untouched());
  CHECK_FALSE(std::filesystem::exists(site.bench.state_dir()));
}

TEST_CASE("when the second of two devices fails, the first is put back") {
  struct Failure {
    Character character;
    std::string reason;
  };
  for (const auto& [character, reason] : std::vector<Failure>{
           {{.rejects = {{"rx-usecs", 8, 8, "not eight"}}}, "not eight"},
           {{.fails_after = 0}, "Input/output error"},
           {{.gone_after = 0}, "No such device"},
           {{.rounds = {{"rx-usecs", 16}}}, "node7/eth1: the driver took rx-usecs = 8 but shows 0"},
           {{.ignores = {"rx-frames"}},
            "node7/eth1: the driver took rx-frames = 1 but shows 44"}}) {
    const Site site;
    site.change_eth1([&](FakeDevice& device) { device.character = character; });
    const auto outcomes = site.apply();
    REQUIRE_FALSE(outcomes);
    INFO(outcomes.error().message);
    CHECK(outcomes.error().message.find(reason) != std::string::npos);
    CHECK(site.bench.settings() == GuardBench::start());
    CHECK(site.bench.writes().size() == 2);
    CHECK(site.bench.settings("eth1") == GuardBench::start());
  }
}

TEST_CASE("where putting back fails, too, both failures are told, and the snapshot is kept") {
  const Site site({.refuses_its_default = {"rx-usecs"}});
  site.change_eth1([](FakeDevice& device) { device.character.fails_after = 0; });
  const std::string message = message_of(site.apply());
  CHECK(message.find("eth1 does not take") != std::string::npos);
  CHECK(message.find("rx-usecs must not be 16") != std::string::npos);
  const auto kept = site.bench.store().load().value();
  REQUIRE(kept.size() == 1);
  CHECK(kept[0].netdev == "eth0");
}

TEST_CASE(
    "apply tells its agent after how much silence it is lost, by the time that the host has") {
  for (const auto& [time, said] : {std::pair(30, "30.0"), {3600, "60.0"}}) {
    const Site site;
    const std::string log = site.bench.nic().string() + ".log";
    Target target = site.target();
    const Argv heard{"sh", "-c", "tee " + log + " | \"$@\"", "sh"};
    target.launch_prefix.insert(target.launch_prefix.begin(), heard.begin(), heard.end());
    AgentProgram program = site.program();
    program.answer_timeout = std::chrono::seconds(time);
    (void)apply_profile(site.profile, target, program, false);
    CHECK(read_file(log).value().find(std::string("\"heartbeat_s\":") + said) != std::string::npos);
  }
}

TEST_CASE("what reads back as a value that the device refuses is set as it was measured") {
  Site site({.rejects = {{"rx-usecs", 1, 1, "no"}}, .clamps = {{"rx-usecs", {1, 1000}}}});
  site.profile.settings = {{"rx-usecs", 1}, {"rx-frames", 1}};
  site.profile = proven_by({{"rx-usecs", 0}, {"rx-frames", 1}}, site.profile);
  require(site.apply("eth0"));
  CHECK(site.bench.settings().at("rx-usecs") == 1);
  CHECK(site.bench.writes().back().at("rx-usecs") == 0);
  check_all_as_wanted(site.verify("eth0"), 1);
  CHECK(site.no_snapshot());

  site.profile.evidence.comparisons.clear();  // nothing says what was measured
  site.bench.change([](FakeDevice& device) { device.settings["rx-usecs"] = 5; });
  CHECK(message_of(site.apply("eth0")).find("does not take") != std::string::npos);
  CHECK(site.bench.settings().at("rx-usecs") == 5);
}

TEST_CASE("a device that a study holds is refused, and no other is changed") {
  const Site site;
  Guard study = site.bench.guard();
  study.works_for("a study of the test");
  require(study.arm("eth1", rx_knobs));
  CHECK(message_of(site.apply()).find("eth1 is in use by a study of the test since") !=
        std::string::npos);
  CHECK(site.bench.settings() == GuardBench::start());
  CHECK(site.bench.writes("eth1").empty());
}

TEST_CASE("a device that waits for a recovery is refused, and no other is changed") {
  const Site site;
  const Here now = here();
  { REQUIRE(site.bench.store().lock("eth1", now.network_namespace, "x")); }
  REQUIRE(site.bench.store().save(
      {"eth1", "", now.boot_id, now.network_namespace, {{"rx-usecs", 3}}, "2024"}));
  const auto outcomes = site.apply();
  REQUIRE_FALSE(outcomes);
  CHECK(outcomes.error().remedy == "run `moderato restore` first");
  CHECK(site.bench.settings() == GuardBench::start());
  CHECK(site.bench.store().load().value().size() == 1);
}

TEST_CASE("a knob that the device does not have is refused before anything is written") {
  Site site;
  site.profile.settings["tx-usecs"] = 1;
  const auto outcomes = site.apply();
  REQUIRE_FALSE(outcomes);
  CHECK(outcomes.error().fault == Fault::unsupported);
  CHECK(outcomes.error().message.starts_with("node7: tx-usecs of eth0 has no value"));
  CHECK(site.untouched());
}

TEST_CASE("a stale fingerprint is told, and does not keep the settings from being applied") {
  const Site site;
  site.change_eth1([](FakeDevice& device) { device.facts.firmware = "99.1"; });
  const std::vector<std::string> stale{"firmware: 16.35.1012 -> 99.1"};
  const auto check = [&](const Outcomes& outcomes) {
    REQUIRE(outcomes);
    CHECK(outcomes->at(0).stale.empty());
    CHECK(outcomes->at(1).stale == stale);
  };
  check(site.verify());
  check(site.apply());
  CHECK(site.is_set("eth1"));
}

TEST_CASE("another kernel makes the profile stale on every device") {
  const Site site;
  site.bench.file.change([](FakeHost& host) { host.kernel = "6.12.9"; });
  const auto outcomes = site.dry_run();
  REQUIRE(outcomes);
  for (const DeviceOutcome& outcome : *outcomes)
    CHECK(outcome.stale == std::vector<std::string>{"kernel: 6.1.0 -> 6.12.9"});
}

TEST_CASE("a profile for another device is refused with the reasons") {
  Site site;
  site.profile.match.driver = "igbvf";
  const auto check = [](const Outcomes& outcomes) {
    REQUIRE_FALSE(outcomes);
    CHECK(outcomes.error().fault == Fault::document);
    CHECK(outcomes.error().message.find("eth1: driver is igbvf, but the device has mlx5_core") !=
          std::string::npos);
  };
  check(site.apply());
  check(site.verify());
  check(site.dry_run());
  check(site.apply("eth1"));
  CHECK(site.untouched());
}

TEST_CASE("devices of another kind are passed over") {
  const Site site;
  site.change_eth1([](FakeDevice& device) { device.facts.kind = DeviceKind::vf; });
  const auto outcomes = site.apply();
  REQUIRE(outcomes);
  CHECK(outcomes->size() == 1);
  CHECK(site.is_set("eth0"));
  CHECK(site.bench.writes("eth1").empty());
  CHECK_FALSE(site.apply("eth1"));
}

TEST_CASE("a netdev that does not exist is a mistake on the command line") {
  const Site site;
  const auto outcomes = site.apply("eth7");
  REQUIRE_FALSE(outcomes);
  CHECK(outcomes.error().fault == Fault::usage);
  CHECK(outcomes.error().message == "node7 has no netdev eth7");
}

TEST_CASE("verify compares, and writes nothing") {
  const Site site;
  const auto outcomes = site.verify();
  REQUIRE(outcomes);
  CHECK(describe(outcomes->at(0).differed) == "rx-frames 44->1 rx-usecs 16->8 ");
  CHECK(site.untouched());
  require(site.apply());
  check_all_as_wanted(site.verify());
  site.bench.foreign_write({{"rx-usecs", 64}});
  const auto later = site.verify("eth0");
  REQUIRE(later);
  CHECK(describe(later->at(0).differed) == "rx-usecs 64->8 ");
}

TEST_CASE("what the adaptive mode shows of the moment does not differ from the profile") {
  Site site({.shows_while_adaptive = {{"rx-usecs", 128}}});
  site.profile.settings = {{"adaptive-rx", 1}, {"rx-usecs", 8}, {"rx-frames", 44}};
  require(site.apply());
  CHECK(site.bench.settings().at("rx-usecs") == 8);
  const auto before = site.bench.writes();
  check_all_as_wanted(site.verify());
  check_all_as_wanted(site.apply());
  CHECK(site.bench.writes() == before);
  site.bench.foreign_write({{"adaptive-rx", 0}});
  CHECK(describe(site.verify("eth0")->at(0).differed) == "adaptive-rx 0->1 ");
}

TEST_CASE("an adaptive mode that is not the profile's overrides it, so the profile is refused") {
  Site site;
  site.profile.settings = {{"rx-usecs", 64}};
  site.bench.change([](FakeDevice& device) { device.settings["adaptive-rx"] = 1; });
  const auto before = site.bench.writes();
  for (const Outcomes& outcomes : {site.apply(), site.verify()}) {
    REQUIRE_FALSE(outcomes);
    CHECK(outcomes.error().message.find("adaptive-rx=1 overrides") != std::string::npos);
  }
  CHECK(site.bench.writes() == before);
  // Where the baseline was best there is nothing to be overridden.
  site.profile.outcome = Outcome::baseline_is_best;
  CHECK(site.apply());
}

TEST_CASE("the profile's values are set although switching its mode resets them") {
  Site site({.mode_resets = {{"adaptive-rx", {{"rx-usecs", 50}}}}});
  site.profile.settings = {{"adaptive-rx", 0}, {"rx-usecs", 8}};
  site.bench.change([](FakeDevice& device) { device.settings["adaptive-rx"] = 1; });
  require(site.apply());
  CHECK(site.bench.settings().at("rx-usecs") == 8);
}
