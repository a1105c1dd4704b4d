// SPDX-License-Identifier: Apache-2.0
#include "agent/guard.hpp"

#include "agent/guard_bench.hpp"

using namespace moderato;

namespace {

/// Looks at the snapshots on disk whenever a write passes through.
class Watcher : public Backend {
 public:
  Watcher(std::unique_ptr<Backend> inner, SnapshotStore store, std::vector<Settings>& seen)
      : inner_(std::move(inner)), store_(std::move(store)), seen_(seen) {}
  bool handles(std::string_view knob) const override { return inner_->handles(knob); }
  Result<std::vector<KnobState>> read(const std::string& netdev) override {
    return inner_->read(netdev);
  }
  Result<void> write(const std::string& netdev, const Settings& settings) override {
    const auto snapshots = store_.load();
    REQUIRE(snapshots);
    REQUIRE(snapshots->size() == 1);
    CHECK(snapshots->at(0).netdev == netdev);
    seen_.push_back(snapshots->at(0).settings);
    return inner_->write(netdev, settings);
  }
  std::vector<Change> changes() override { return inner_->changes(); }

 private:
  std::unique_ptr<Backend> inner_;
  SnapshotStore store_;
  std::vector<Settings>& seen_;
};

}  // namespace

TEST_CASE("arming answers with the settings of now, and writes nothing to the device") {
  const GuardBench bench;
  Guard guard = bench.guard();
  CHECK(guard.arm("eth0", {"rx-usecs", "gro-flush-timeout"}) ==
        Settings{{"rx-usecs", 16}, {"gro-flush-timeout", 0}});
  CHECK(guard.armed());
  CHECK(bench.writes().empty());
}

TEST_CASE("the snapshot is on disk before the first write, with the baseline in it") {
  const GuardBench bench;
  std::vector<Settings> seen;
  HostAccess access = bench.access();
  for (auto& backend : access.backends)
    backend = std::make_unique<Watcher>(std::move(backend), bench.store(), seen);
  Guard guard(std::move(access), bench.state_dir());
  require(guard.arm("eth0", {"rx-usecs", "gro-flush-timeout"}));
  require(guard.write("eth0", {{"rx-usecs", 1}, {"gro-flush-timeout", 20000}}));
  require(guard.write("eth0", {{"rx-usecs", 2}}));
  CHECK(seen == std::vector<Settings>(3, {{"rx-usecs", 16}, {"gro-flush-timeout", 0}}));
}

TEST_CASE("the snapshot tells device, boot and namespace") {
  const GuardBench bench;
  Guard guard = bench.guard();
  require(guard.arm("eth0", rx_knobs));
  const auto snapshots = bench.store().load();
  REQUIRE(snapshots);
  REQUIRE(snapshots->size() == 1);
  const Snapshot& snapshot = snapshots->at(0);
  CHECK(snapshot.mac == bench.device().facts.mac);
  CHECK(snapshot.boot_id == here().boot_id);
  CHECK(snapshot.network_namespace.inode == here().network_namespace.inode);
  CHECK(snapshot.created.size() == std::string("2024-06-07T10:11:12Z").size());
}

TEST_CASE("a knob or a netdev that is not armed is not written") {
  const GuardBench bench;
  Guard guard = bench.guard();
  CHECK(message_of(guard.write("eth0", {{"rx-usecs", 1}})) ==
        "eth0 is not armed, so nothing is written to it");
  require(guard.arm("eth0", {"rx-usecs"}));
  CHECK(message_of(guard.write("eth0", {{"rx-usecs", 1}, {"rx-frames", 1}})) ==
        "rx-frames of eth0 has no snapshot, so it is not written");
  CHECK_FALSE(guard.write("eth1", {{"rx-usecs", 1}}));
  CHECK_FALSE(guard.foreign("eth1"));
  CHECK(bench.writes().empty());
  CHECK(bench.writes("eth1").empty());
}

TEST_CASE("a netdev is armed once, by one study") {
  const GuardBench bench;
  Guard guard = bench.guard(), other = bench.guard();
  guard.works_for("study one");
  other.works_for("study two");
  require(guard.arm("eth0", rx_knobs));
  CHECK(message_of(guard.arm("eth0", rx_knobs)) == "eth0 is armed already");
  CHECK(
      message_of(other.arm("eth0", rx_knobs)).starts_with("eth0 is in use by study one since 20"));
  CHECK(other.arm("eth1", rx_knobs));
  require(guard.release());
  CHECK(other.arm("eth0", rx_knobs));
}

TEST_CASE("what cannot be armed leaves neither a snapshot nor a lock") {
  const GuardBench bench;
  Guard guard = bench.guard();
  CHECK_FALSE(guard.arm("eth0", {"rx-usecs", "tx-usecs"}));
  CHECK_FALSE(guard.arm("eth7", {"rx-usecs"}));
  CHECK_FALSE(guard.armed());
  CHECK(bench.store().load().value().empty());
  CHECK(bench.guard().arm("eth0", {"rx-usecs"}));
}

TEST_CASE("a netdev that waits for a recovery is not armed") {
  const GuardBench bench;
  const Here now = here();
  { REQUIRE(bench.store().lock("eth0", now.network_namespace, "x")); }
  REQUIRE(bench.store().save(
      {"eth0", "", now.boot_id, now.network_namespace, {{"rx-usecs", 3}}, "2024"}));
  Guard guard = bench.guard();
  const auto armed = guard.arm("eth0", rx_knobs);
  REQUIRE_FALSE(armed);
  CHECK(armed.error().message == "eth0 was not put back after an earlier study (2024)");
  CHECK(armed.error().remedy == "run `moderato restore` first");
  CHECK(guard.arm("eth1", rx_knobs));
}

TEST_CASE("a write answers with what the device made of it") {
  const GuardBench bench({.rounds = {{"rx-usecs", 4}}, .clamps = {{"rx-frames", {1, 64}}}});
  Guard guard = bench.guard();
  require(guard.arm("eth0", rx_knobs));
  CHECK(guard.write("eth0", {{"rx-usecs", 11}, {"rx-frames", 99}}) ==
        Settings{{"rx-usecs", 8}, {"rx-frames", 64}});
}

TEST_CASE("an ignored write shows as the old value; a lie cannot be seen") {
  const GuardBench ignorer({.ignores = {"rx-usecs"}}), liar({.lies = {"rx-usecs"}});
  Guard first = ignorer.guard(), second = liar.guard();
  require(first.arm("eth0", rx_knobs));
  require(second.arm("eth0", rx_knobs));
  CHECK(first.write("eth0", {{"rx-usecs", 11}}) == Settings{{"rx-usecs", 16}});
  CHECK(second.write("eth0", {{"rx-usecs", 11}}) == Settings{{"rx-usecs", 11}});
  CHECK(true_settings(liar.device()).at("rx-usecs") == 16);
}

TEST_CASE("a refusal carries the driver's own words") {
  const GuardBench bench({.rejects = {{"rx-usecs", 4096, 9999, "maximum is 4095"}}});
  Guard guard = bench.guard();
  require(guard.arm("eth0", rx_knobs));
  CHECK(message_of(guard.write("eth0", {{"rx-usecs", 5000}})).find("maximum is 4095") !=
        std::string::npos);
}

TEST_CASE("keep leaves the settings, and forgets the snapshots") {
  const GuardBench bench;
  Guard guard = bench.guard();
  require(guard.arm("eth0", rx_knobs));
  require(guard.write("eth0", {{"rx-usecs", 1}}));
  require(guard.keep());
  CHECK_FALSE(guard.armed());
  CHECK(guard.release());
  CHECK(bench.settings().at("rx-usecs") == 1);
  CHECK(bench.store().load().value().empty());
  CHECK(bench.guard().arm("eth0", rx_knobs));
}

TEST_CASE("a device that is renamed while it is armed is put back under its later name") {
  for (const bool release : {true, false}) {
    const GuardBench bench;
    Guard guard = bench.guard();
    require(guard.arm("eth0", rx_knobs));
    require(guard.write("eth0", {{"rx-usecs", 1}}));
    bench.change([](FakeDevice& device) { device.facts.netdev = "nic0"; });
    CHECK(message_of(guard.write("eth0", {{"rx-usecs", 2}})) ==
          "eth0 was renamed to nic0 while it was armed");
    CHECK(message_of(bench.guard().arm("nic0", rx_knobs)).starts_with("nic0 was not put back"));
    require(release ? guard.release() : guard.restore());
    CHECK(bench.settings("nic0") == GuardBench::start());
    CHECK(bench.store().load().value().size() == (release ? 0 : 1));
    bench.change([](FakeDevice& device) { device.facts.netdev = "eth0"; });
    if (!release) require(guard.write("eth0", {{"rx-usecs", 2}}));
    if (!release) require(guard.release());
    CHECK(bench.settings() == GuardBench::start());
    CHECK(bench.store().load().value().empty());
  }
}

TEST_CASE("where two names are swapped under a live agent, no device gets what is another's") {
  const GuardBench bench;
  bench.foreign_write({{"rx-usecs", 33}}, "eth1");
  Guard guard = bench.guard();
  require(guard.arm("eth0", rx_knobs));
  require(guard.write("eth0", {{"rx-usecs", 1}}));
  bench.file.change([](FakeHost& host) {
    std::swap(host.devices.at(0).facts.netdev, host.devices.at(1).facts.netdev);
  });
  CHECK_FALSE(guard.write("eth0", {{"rx-usecs", 2}}));
  require(guard.release());
  CHECK(bench.settings("eth1") == GuardBench::start());
  CHECK(bench.settings("eth0").at("rx-usecs") == 33);
  CHECK(bench.store().load().value().empty());
}

TEST_CASE(
    "where the name of an armed device is another's, nothing is written, and the record kept") {
  const GuardBench bench;
  Guard guard = bench.guard();
  require(guard.arm("eth0", rx_knobs));
  require(guard.write("eth0", {{"rx-usecs", 1}}));
  bench.file.change([](FakeHost& host) {
    host.devices.at(0).gone = true;
    host.devices.at(1).facts.netdev = "eth0";
  });
  const std::string message = message_of(guard.release());
  CHECK(message ==
        "another device is called eth0 now (02:00:00:00:00:02 instead of 02:00:00:00:00:01)");
  CHECK_FALSE(guard.write("eth0", {{"rx-usecs", 2}}));
  CHECK(bench.file.load().devices.at(1).settings == GuardBench::start());
  CHECK(bench.file.load().devices.at(1).journal.empty());
  CHECK(bench.store().load().value().size() == 1);
}
