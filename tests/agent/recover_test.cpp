// SPDX-License-Identifier: Apache-2.0
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>

#include "agent/guard.hpp"
#include "agent/guard_bench.hpp"

using namespace moderato;
using Doing = Guard::Doing;

namespace {

using Notes = std::vector<std::string>;

/// An agent that arms both netdevs, writes, and is killed with -9.
void die_armed(const GuardBench& bench) {
  const pid_t child = ::fork();
  if (child == 0) {
    Guard guard = bench.guard();
    for (const char* netdev : {"eth0", "eth1"}) {
      const bool written =
          guard.arm(netdev, rx_knobs) && guard.write(netdev, {{"rx-usecs", 1}, {"rx-frames", 2}});
      if (!written) ::_exit(1);
    }
    ::kill(::getpid(), SIGKILL);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  REQUIRE(WIFSIGNALED(status));
  REQUIRE(bench.settings().at("rx-usecs") == 1);
  REQUIRE(bench.store().load().value().size() == 2);
}

/// Changes every snapshot on disk.
void rewrite(const GuardBench& bench, const std::function<void(Snapshot&)>& how) {
  const SnapshotStore store = bench.store();
  auto snapshots = store.load().value();
  for (Snapshot& snapshot : snapshots) {
    REQUIRE(store.forget(snapshot));
    how(snapshot);
    REQUIRE(store.save(snapshot));
  }
}

Notes recover(const GuardBench& bench, Doing doing = Doing::it) {
  auto recovery = bench.guard().recover(doing);
  REQUIRE_MESSAGE(recovery, message_of(recovery));
  std::ranges::sort(recovery->notes);
  return recovery->notes;
}

bool untouched(const GuardBench& bench) {
  return bench.settings().at("rx-usecs") == 1 && bench.writes().size() == 1;
}

}  // namespace

TEST_CASE("what a dead agent left behind is put back, and forgotten") {
  const GuardBench bench;
  die_armed(bench);
  rewrite(bench, [](Snapshot& snapshot) { snapshot.created = "then"; });
  CHECK(recover(bench) ==
        Notes{"eth0: put back to the settings of then", "eth1: put back to the settings of then"});
  CHECK(bench.settings() == GuardBench::start());
  CHECK(bench.settings("eth1") == GuardBench::start());
  CHECK(bench.store().load().value().empty());
  CHECK(recover(bench).empty());
}

TEST_CASE("a dry run tells, and touches neither device nor snapshot") {
  const GuardBench bench;
  die_armed(bench);
  rewrite(bench, [](Snapshot& snapshot) { snapshot.created = "then"; });
  CHECK(recover(bench, Doing::nothing) == Notes{"eth0: would be put back to the settings of then",
                                                "eth1: would be put back to the settings of then"});
  CHECK(untouched(bench));
  CHECK(bench.store().load().value().size() == 2);
}

TEST_CASE("the devices of a running study are left alone") {
  const GuardBench bench;
  Guard study = bench.guard();
  study.works_for("study x");
  require(study.arm("eth0", rx_knobs));
  require(study.write("eth0", {{"rx-usecs", 1}}));
  const Notes notes = recover(bench);
  REQUIRE(notes.size() == 1);
  CHECK(notes[0].starts_with("eth0: in use by study x since 20"));
  CHECK(notes[0].ends_with("; left alone"));
  CHECK(untouched(bench));
  CHECK(bench.store().load().value().size() == 1);
}

TEST_CASE("another device under the same name is left alone") {
  const GuardBench bench;
  die_armed(bench);
  bench.change([](FakeDevice& device) { device.facts.mac = "02:00:00:00:00:99"; });
  const Notes notes = recover(bench);
  REQUIRE(notes.size() == 2);
  CHECK(notes[0] ==
        "eth0: another device has this name now (02:00:00:00:00:99 instead of "
        "02:00:00:00:00:01); nothing to restore");
  CHECK(untouched(bench));
  CHECK(bench.settings("eth1") == GuardBench::start());
  CHECK(bench.store().load().value().empty());
}

TEST_CASE("a dry run does not forget a device that is another one") {
  const GuardBench bench;
  die_armed(bench);
  bench.change([](FakeDevice& device) { device.facts.mac = "02:00:00:00:00:99"; });
  recover(bench, Doing::nothing);
  CHECK(bench.store().load().value().size() == 2);
}

TEST_CASE("a device that is gone has nothing to be put back") {
  const GuardBench bench;
  die_armed(bench);
  bench.change([](FakeDevice& device) { device.gone = true; });
  const Notes notes = recover(bench);
  REQUIRE(notes.size() == 2);
  CHECK(notes[0] == "eth0: no such device now; nothing to restore");
  CHECK(bench.settings("eth1") == GuardBench::start());
}

TEST_CASE("after another boot the initial namespace is put back, and no other") {
  const GuardBench bench;
  die_armed(bench);
  const bool initial = here().network_namespace.initial;
  rewrite(bench, [](Snapshot& snapshot) {
    snapshot.boot_id = "an earlier one";
    snapshot.network_namespace.initial = snapshot.netdev == "eth0";
    snapshot.created = "then";
  });
  const Notes notes = recover(bench);
  REQUIRE(notes.size() == 2);
  CHECK(notes[0] == (initial ? "eth0: put back to the settings of then"
                             : "eth0: its network namespace is gone; nothing to restore"));
  CHECK((bench.settings() == GuardBench::start()) == initial);
  CHECK(notes[1] == "eth1: its network namespace is gone; nothing to restore");
  CHECK(bench.settings("eth1").at("rx-usecs") == 1);
  CHECK(bench.store().load().value().empty());
}

TEST_CASE("a namespace that is gone took its settings along") {
  const GuardBench bench;
  die_armed(bench);
  rewrite(bench, [](Snapshot& snapshot) { snapshot.network_namespace = {1, "x", false}; });
  CHECK(recover(bench) == Notes{"eth0: its network namespace is gone; nothing to restore",
                                "eth1: its network namespace is gone; nothing to restore"});
  CHECK(untouched(bench));
  CHECK(bench.store().load().value().empty());
}

TEST_CASE("recovery is attempted on every device even when one fails, and its snapshot is kept") {
  for (const char* broken : {"eth0", "eth1"}) {
    const GuardBench bench;
    die_armed(bench);
    bench.file.change([&](FakeHost& host) {
      for (FakeDevice& device : host.devices) {
        if (device.facts.netdev == broken) device.character.refuses_its_default = {"rx-usecs"};
      }
    });
    const auto recovery = bench.guard().recover(Doing::it);
    REQUIRE_FALSE(recovery);
    CHECK(recovery.error().message.starts_with(broken));
    const std::string healthy = broken == std::string("eth0") ? "eth1" : "eth0";
    CHECK(bench.settings(healthy) == GuardBench::start());
    const auto kept = bench.store().load().value();
    REQUIRE(kept.size() == 1);
    CHECK(kept[0].netdev == broken);
  }
}

TEST_CASE("what could not be put back is put back by a later recovery") {
  const GuardBench bench({.fails_after = 1});
  die_armed(bench);
  CHECK_FALSE(bench.guard().recover(Doing::it));
  bench.change([](FakeDevice& device) { device.character.fails_after.reset(); });
  CHECK(recover(bench).size() == 1);
  CHECK(bench.settings() == GuardBench::start());
}

TEST_CASE("a torn snapshot is not passed over") {
  const GuardBench bench;
  die_armed(bench);
  REQUIRE(write_file_durably(bench.store().folder() / "0-eth2.json", "{"));
  CHECK(message_of(bench.guard().recover(Doing::it)).find("0-eth2.json") != std::string::npos);
  CHECK(message_of(bench.guard().arm("eth0", rx_knobs)).find("0-eth2.json") != std::string::npos);
}

TEST_CASE("a recovery leaves a device alone that a study has taken meanwhile") {
  const GuardBench bench;
  die_armed(bench);
  const auto held = bench.store().lock("eth0", here().network_namespace, "study x");
  REQUIRE(held);
  const Notes notes = recover(bench);
  REQUIRE(notes.size() == 2);
  CHECK(notes[0] == "eth0: in use by study x; left alone");
  CHECK(untouched(bench));
}

TEST_CASE("two recoveries at the same time put everything back once, and neither fails") {
  for (int i = 0; i < 5; ++i) {
    const GuardBench bench;
    die_armed(bench);
    const pid_t other = ::fork();
    if (other == 0) ::_exit(bench.guard().recover(Doing::it) ? 0 : 1);
    CHECK(message_of(bench.guard().recover(Doing::it)) == "");
    int status = 0;
    ::waitpid(other, &status, 0);
    CHECK(status == 0);
    CHECK(bench.settings() == GuardBench::start());
    CHECK(bench.settings("eth1") == GuardBench::start());
    CHECK(bench.writes().size() == 2);  // that of the dead agent, and one back
    CHECK(bench.store().load().value().empty());
  }
}

TEST_CASE("another recovery is waited for, but not for ever") {
  const GuardBench bench;
  die_armed(bench);
  const auto held = bench.store().lock("eth0", here().network_namespace, "a recovery for x");
  REQUIRE(held);
  HostAccess access = bench.access();
  access.recovery_patience = std::chrono::milliseconds(1);
  const auto recovery = Guard(std::move(access), bench.state_dir()).recover(Doing::it);
  CHECK(message_of(recovery) == "eth0 is in use by a recovery for x");
  CHECK(untouched(bench));
  CHECK(bench.settings("eth1") == GuardBench::start());
}
