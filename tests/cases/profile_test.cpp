// SPDX-License-Identifier: Apache-2.0
// apply, verify and restore of a profile that a study has written.
#include <unistd.h>

#include "cases/cluster.hpp"

namespace moderato {
namespace {

/// A cluster with a finished study: the profile says rx-usecs 2, the devices have 8.
const Cluster& tuned() {
  static const Cluster cluster;
  static const bool done = cluster.tune({"--profile", "profile.json"}).status == 0;
  REQUIRE(done);
  return cluster;
}

/// One that applies that profile.
struct Fleet : Cluster {
  Fleet() { write("profile.json", tuned().text("profile.json")); }

  RunResult with_profile(const std::string& verb, std::vector<std::string> more = {}) const {
    std::vector<std::string> words{verb, "profile.json", "--link", "link.json"};
    words.insert(words.end(), more.begin(), more.end());
    return run(words);
  }
  std::size_t writes() const { return device("a").journal.size() + device("b").journal.size(); }
  void edit(const std::string& from, const std::string& to) const {
    std::string profile = text("profile.json");
    REQUIRE(contains(profile, from));
    profile.replace(profile.find(from), from.size(), to);
    write("profile.json", profile);
  }
  void check_refused(int status, const std::string& why) const {
    for (const char* verb : {"apply", "verify"}) {
      CAPTURE(verb);
      const auto ran = with_profile(verb);
      CHECK(ran.status == status);
      CHECK_MESSAGE(contains(ran.err, why), ran.err);
      CHECK(ran.out == "");
      CHECK(writes() == 0);
      CHECK(untouched());
    }
  }
};

}  // namespace

TEST_CASE("apply sets what the profile says, verify agrees, and nothing waits for a restore") {
  const Fleet fleet;
  CHECK(fleet.with_profile("verify").status == 3);
  const auto applied = fleet.with_profile("apply");
  CHECK(applied.status == 0);
  CHECK(contains(applied.out, "a/eth-a: set rx-usecs 8 -> 2"));
  CHECK(contains(applied.out, "b/eth-b: set rx-usecs 8 -> 2"));
  CHECK(fleet.device("a").settings.at("rx-usecs") == 2);
  CHECK(fleet.device("b").settings.at("rx-usecs") == 2);
  CHECK(fleet.device("b").settings.at("rx-frames") == 128);
  CHECK(fleet.with_profile("verify").status == 0);
  CHECK(fleet.snapshots() == 0);
  CHECK(contains(fleet.run({"restore", "--link", "link.json"}).out, "nothing to restore"));
}

TEST_CASE("apply is idempotent: nothing is written where the value stands") {
  const Fleet fleet;
  REQUIRE(fleet.with_profile("apply").status == 0);
  const auto writes = fleet.writes();
  CHECK(writes == 2);
  const auto again = fleet.with_profile("apply");
  CHECK(again.status == 0);
  CHECK(contains(again.out, "as the profile says"));
  CHECK(fleet.writes() == writes);
}

TEST_CASE("a dry run tells and writes nothing") {
  const Fleet fleet;
  const auto ran = fleet.with_profile("apply", {"--dry-run"});
  CHECK(ran.status == 0);
  CHECK(contains(ran.out, "would set rx-usecs 8 -> 2"));
  CHECK(fleet.with_profile("verify", {"--dry-run"}).status == 0);
  CHECK(fleet.writes() == 0);
}

TEST_CASE("verify names each knob that differs") {
  const Fleet fleet;
  const auto ran = fleet.with_profile("verify");
  CHECK(ran.status == 3);
  CHECK(contains(ran.out, "a/eth-a: differs: rx-usecs 8 -> 2"));
  CHECK(fleet.writes() == 0);
}

TEST_CASE("a host whose driver refuses keeps what it has, and the others get the profile") {
  const Fleet fleet;
  fleet.nic("a").change([](FakeHost& host) {
    host.devices.front().character.rejects = {{"rx-usecs", 0, 7, "too low for this port"}};
  });
  const auto ran = fleet.with_profile("apply");
  CHECK(ran.status == 1);
  CHECK(contains(ran.err, "too low for this port"));
  CHECK(fleet.device("a").settings == fleet.device("a").initial);
  CHECK(fleet.device("b").settings.at("rx-usecs") == 2);
  CHECK(fleet.snapshots() == 0);
}

TEST_CASE("a driver that rounds the profile's value is told, and has its old value again") {
  const Fleet fleet;
  fleet.change([](FakeDevice& device) { device.character.rounds = {{"rx-usecs", 8}}; });
  const auto ran = fleet.with_profile("apply");
  CHECK(ran.status == 1);
  CHECK(contains(ran.err, "rx-usecs"));
  CHECK(fleet.device("a").settings.at("rx-usecs") == 8);
}

TEST_CASE("an unknown field, a wrong type and a value out of range are refused, all at once") {
  const Fleet fleet;
  fleet.edit("\"rx-usecs\": 2", "\"rx-usecs\": -2, \"rx-usec\": 3");
  fleet.edit("\"class\":", "\"klass\":");
  const auto ran = fleet.with_profile("apply");
  CHECK(ran.status == 2);
  for (const char* what : {"settings.rx-usecs: -2 is out of range", "rx-usec", "klass"})
    CHECK_MESSAGE(contains(ran.err, what), ran.err);
  CHECK(fleet.writes() == 0);
}

TEST_CASE("text that is no profile at all is refused with its place") {
  const Fleet fleet;
  for (const char* text : {"", "{", "[]", "{\"schema\": \"moderato-policy/1\"}", "\x01\x02"}) {
    CAPTURE(text);
    fleet.write("profile.json", text);
    const auto ran = fleet.with_profile("apply");
    CHECK(ran.status == 2);
    CHECK(contains(ran.err, "profile.json"));
  }
  CHECK(fleet.writes() == 0);
}

TEST_CASE("a profile for another device is refused with the reason") {
  const Fleet fleet;
  fleet.change([](FakeDevice& device) { device.facts.driver = "ice"; });
  fleet.check_refused(2, "ice");
}

TEST_CASE("a missing profile is a bad command line, not a failure") {
  const Fleet fleet;
  CHECK(fleet.run({"apply", "nowhere.json", "--link", "link.json"}).status == 2);
}

TEST_CASE("a new driver makes the profile stale: told, and still applied") {
  const Fleet fleet;
  fleet.change([](FakeDevice& device) { device.facts.firmware = "99.1"; });
  const auto ran = fleet.with_profile("apply");
  CHECK(ran.status == 0);
  CHECK(contains(ran.err, "stale"));
  CHECK(contains(ran.err, "firmware: 16.35.1012 -> 99.1"));
}

TEST_CASE("root refuses files that others could have written") {
  if (::geteuid() != 0) {
    fmt::print("SKIPPED: only root is that careful\n");
    return;
  }
  const Fleet fleet;
  fs::permissions(fleet.path("profile.json"), fs::perms::others_write, fs::perm_options::add);
  fleet.check_refused(2, "can be written by others");
  fs::permissions(fleet.path("profile.json"), fs::perms::others_write, fs::perm_options::remove);
  fs::permissions(fleet.path("link.json"), fs::perms::group_write, fs::perm_options::add);
  fleet.check_refused(2, "link.json can be written by others");
}

}  // namespace moderato
