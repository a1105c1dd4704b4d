// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <utility>

#include "agent/guard.hpp"
#include "agent/guard_bench.hpp"
#include "waiting.hpp"

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

/// Another recovery holds the lock of eth0 for longer than this one waits.
void recover_in_vain(const GuardBench& bench) {
  const auto held = bench.store().lock("eth0", here().network_namespace, "a recovery for x");
  REQUIRE(held);
  HostAccess access = bench.access();
  access.recovery_patience = std::chrono::milliseconds(1);
  const auto recovery = Guard(std::move(access), bench.state_dir()).recover(Doing::it);
  CHECK(message_of(recovery) == "eth0 is in use by a recovery for x");
}

/// A VF is given another MAC each time.
void made_anew(FakeDevice& device) {
  device.facts.mac = "02:00:00:00:00:99";
  device.ifindex = 9;
}

void rename(const GuardBench& bench, const std::string& name) {
  bench.change([&](FakeDevice& device) { device.facts.netdev = name; });
}

/// A recovery of a host where the PCI functions are there, also of netdevs that are not.
Result<Recovery> recover_with_hardware(const GuardBench& bench, Doing doing = Doing::it) {
  HostAccess access = bench.access();
  access.has_function = [](const std::string&) { return true; };
  return Guard(std::move(access), bench.state_dir()).recover(doing);
}

std::vector<std::string> left(const GuardBench& bench) {
  std::vector<std::string> netdevs;
  const auto snapshots = bench.store().load().value();
  for (const Snapshot& snapshot : snapshots)
    netdevs.push_back(snapshot.netdev);
  return netdevs;
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
  bench.change(made_anew);
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
  bench.change(made_anew);
  recover(bench, Doing::nothing);
  CHECK(bench.store().load().value().size() == 2);
}

TEST_CASE("a device that is gone is nothing to put back, but what it had is kept for its return") {
  const GuardBench bench;
  die_armed(bench);
  bench.change([](FakeDevice& device) { device.gone = true; });
  const Notes notes = recover(bench);
  REQUIRE(notes.size() == 2);
  CHECK(notes[0] == "eth0: no such device now; its snapshot is kept, for it may come back");
  CHECK(bench.settings("eth1") == GuardBench::start());
  CHECK(left(bench) == Notes{"eth0"});
  bench.change([](FakeDevice& device) {
    device.gone = false;
    device.ifindex = 9;
  });
  CHECK(recover(bench).size() == 1);
  CHECK(bench.settings() == GuardBench::start());
  CHECK(left(bench).empty());
}

TEST_CASE("a device that was renamed is put back under the name that it has now") {
  for (const int ifindex : {2, 9, 0}) {  // as it was; made anew by its driver; of an older version
    const GuardBench bench;
    die_armed(bench);
    rewrite(bench, [&](Snapshot& snapshot) {
      snapshot.created = "then";
      if (ifindex == 0) snapshot.ifindex = 0;
    });
    rename(bench, "nic0");
    bench.change([&](FakeDevice& device) { device.ifindex = ifindex == 0 ? 2 : ifindex; });
    CHECK(recover(bench) ==
          Notes{"eth0: put back to the settings of then, as nic0, which it is called now",
                "eth1: put back to the settings of then"});
    CHECK(bench.settings("nic0") == GuardBench::start());
    CHECK(left(bench).empty());
  }
}

TEST_CASE("two devices that have swapped their names get each its own settings back") {
  const GuardBench bench;
  bench.foreign_write({{"rx-usecs", 33}}, "eth1");
  die_armed(bench);
  bench.file.change([](FakeHost& host) {
    std::swap(host.devices.at(0).facts.netdev, host.devices.at(1).facts.netdev);
  });
  recover(bench);
  CHECK(bench.settings("eth1") == GuardBench::start());
  CHECK(bench.settings("eth0").at("rx-usecs") == 33);
  CHECK(left(bench).empty());
}

TEST_CASE("a device whose MAC has changed, in a bond say, is put back") {
  const GuardBench bench;
  die_armed(bench);
  bench.change([](FakeDevice& device) { device.facts.mac = "02:00:00:00:00:02"; });
  recover(bench);
  CHECK(bench.settings() == GuardBench::start());
  CHECK(left(bench).empty());
}

TEST_CASE("a device that is nowhere here, but may have the study's settings, keeps its snapshot") {
  const GuardBench bench;
  die_armed(bench);
  rewrite(bench, [](Snapshot& snapshot) { snapshot.created = "then"; });
  const auto file = bench.store().document(bench.store().load().value().at(0)).parent_path();
  // It went to another network namespace, and its port in a bond has its MAC now.
  bench.file.change([](FakeHost& host) {
    host.devices.at(0).gone = true;
    host.devices.at(1).facts.mac = host.devices.at(0).facts.mac;
  });
  const auto told = recover_with_hardware(bench, Doing::nothing);
  require(told);
  CHECK(told->notes.size() == 2);
  const auto recovery = recover_with_hardware(bench);
  REQUIRE_FALSE(recovery);
  CHECK(recovery.error().message ==
        "eth0 (MAC 02:00:00:00:00:01) is not in this network namespace under any name, and may "
        "still have the settings of an interrupted study (then)");
  CHECK(recovery.error().remedy.find("delete " + file.string()) != std::string::npos);
  CHECK(recovery.error().remedy.find("-eth0.json") != std::string::npos);
  CHECK(bench.settings("eth1") == GuardBench::start());
  CHECK(left(bench) == Notes{"eth0"});
  CHECK(recover_with_hardware(bench, Doing::if_here)->notes ==
        Notes{"eth0: not here; left to `moderato restore`"});
  CHECK(left(bench) == Notes{"eth0"});
}

TEST_CASE("a device that is gone after another boot is given up, but not by the boot") {
  const GuardBench bench;
  die_armed(bench);
  rewrite(bench, [](Snapshot& snapshot) {
    snapshot.boot_id = "an earlier one";
    snapshot.network_namespace.initial = true;
  });
  rename(bench, "nic0");
  bench.change(made_anew);
  CHECK(recover_with_hardware(bench, Doing::if_here)->notes.size() == 2);
  CHECK(left(bench).size() == (here().network_namespace.initial ? 1 : 2));
  require(recover_with_hardware(bench));
  CHECK(left(bench).empty());
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

TEST_CASE("a namespace that is gone took its virtual devices along") {
  const GuardBench bench;
  die_armed(bench);
  bench.file.change([](FakeHost& host) {
    for (FakeDevice& device : host.devices)
      device.facts.kind = DeviceKind::virtual_device;
  });
  rewrite(bench, [](Snapshot& snapshot) {
    snapshot.network_namespace = {1, "x", false};
    snapshot.pci_address = "";
  });
  CHECK(recover(bench) == Notes{"eth0: its network namespace is gone; nothing to restore",
                                "eth1: its network namespace is gone; nothing to restore"});
  CHECK(untouched(bench));
  CHECK(left(bench).empty());
}

TEST_CASE("a NIC whose namespace is gone has come back to the initial one, and is put back there") {
  const GuardBench bench;
  die_armed(bench);
  rewrite(bench, [](Snapshot& snapshot) { snapshot.network_namespace = {1, "x", false}; });
  rename(bench, "dev5");
  const bool initial = here().network_namespace.initial;
  CHECK(recover(bench).size() == 2);
  CHECK((bench.settings("dev5") == GuardBench::start()) == initial);
  CHECK((bench.settings("eth1") == GuardBench::start()) == initial);
  CHECK(left(bench).size() == (initial ? 0 : 2));
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

TEST_CASE("a snapshot that cannot be read is not passed over, and keeps only its own device back") {
  const GuardBench bench;
  die_armed(bench);
  rewrite(bench, [](Snapshot& snapshot) { snapshot.created = "then"; });
  const auto file =
      bench.store().document({.netdev = "eth1", .network_namespace = here().network_namespace});
  REQUIRE(write_file_durably(file, R"({"schema": "moderato-snapshot/2"})"));
  CHECK(recover(bench, Doing::nothing).size() == 2);
  const auto recovery = bench.guard().recover(Doing::it);
  CHECK(message_of(recovery).find(file.string()) != std::string::npos);
  CHECK(bench.settings() == GuardBench::start());
  CHECK(bench.settings("eth1").at("rx-usecs") == 1);
  CHECK(std::filesystem::exists(file));
  Guard study = bench.guard();
  CHECK(message_of(study.arm("eth1", rx_knobs)).find(file.string()) != std::string::npos);
  require(study.arm("eth0", rx_knobs));
}

TEST_CASE("the error of a recovery names every device that could not be put back") {
  const GuardBench bench;
  die_armed(bench);
  bench.file.change([](FakeHost& host) {
    for (FakeDevice& device : host.devices)
      device.character.refuses_its_default = {"rx-usecs"};
  });
  const std::string message = message_of(bench.guard().recover(Doing::it));
  CHECK(message.find("eth0") != std::string::npos);
  CHECK(message.find("eth1") != std::string::npos);
}

TEST_CASE("a snapshot is given up only by who holds the lock of its device") {
  const GuardBench bench;
  die_armed(bench);
  bench.change(made_anew);
  recover_in_vain(bench);
  CHECK(left(bench) == Notes{"eth0"});
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
  recover_in_vain(bench);
  CHECK(untouched(bench));
  CHECK(bench.settings("eth1") == GuardBench::start());
}

namespace {

/// Calls `body` in a process whose state folder is a file system of its own, 64 KiB large; true if
/// it says so, or where mounting is not permitted.
bool on_own_file_system(const GuardBench& bench, const std::function<bool()>& body) {
  const pid_t child = ::fork();
  if (child == 0) {
    std::filesystem::create_directory(bench.state_dir());
    const bool mounted =
        ::unshare(CLONE_NEWNS) == 0 &&
        ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
        ::mount("tmpfs", bench.state_dir().c_str(), "tmpfs", 0, "size=64k,mode=755") == 0;
    try {
      ::_exit(!mounted ? 77 : body() ? 0 : 1);
    } catch (...) {
      ::_exit(2);
    }
  }
  int status = -1;
  ::waitpid(child, &status, 0);
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 77) return status == 0;
  fmt::print("SKIPPED: no file system can be mounted here (needs root)\n");
  return true;
}

}  // namespace

TEST_CASE("a full disk keeps nothing from being put back") {
  const GuardBench bench;
  CHECK(on_own_file_system(bench, [&] {
    die_armed(bench);
    for (const auto& entry : std::filesystem::directory_iterator(bench.store().folder())) {
      if (entry.path().extension() == ".lock") std::filesystem::resize_file(entry.path(), 0);
    }
    std::ofstream filler(bench.state_dir() / "filler");
    filler << std::string(100'000, 'x') << std::flush;
    return !filler && bench.guard().recover(Doing::it) && bench.settings() == GuardBench::start() &&
           bench.settings("eth1") == GuardBench::start() && left(bench).empty();
  }));
}

TEST_CASE("a read-only state folder keeps nothing from being put back, and the record stays" *
          waiting) {
  const GuardBench bench;
  CHECK(on_own_file_system(bench, [&] {
    die_armed(bench);
    if (::mount(nullptr, bench.state_dir().c_str(), nullptr, MS_REMOUNT | MS_RDONLY, nullptr) != 0)
      return false;
    const std::string message = message_of(bench.guard().recover(Doing::it));
    return message.find("its snapshot stays") != std::string::npos &&
           message.find("Read-only file system") != std::string::npos &&
           bench.settings() == GuardBench::start() &&
           bench.settings("eth1") == GuardBench::start() && left(bench).size() == 2;
  }));
}
