// SPDX-License-Identifier: Apache-2.0
#include "agent/guard.hpp"

#include "agent/guard_bench.hpp"

using namespace moderato;

namespace {

using Writes = std::vector<Settings>;

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

/// Fails the reads that `fails` tells it to.
class Forgetful : public Backend {
 public:
  Forgetful(std::unique_ptr<Backend> inner, int& fails) : inner_(std::move(inner)), fails_(fails) {}
  bool handles(std::string_view knob) const override { return inner_->handles(knob); }
  Result<std::vector<KnobState>> read(const std::string& netdev) override {
    if (fails_ > 0 && fails_-- > 0) return fail(Fault::runtime, "out of memory for a moment");
    return inner_->read(netdev);
  }
  Result<void> write(const std::string& netdev, const Settings& settings) override {
    return inner_->write(netdev, settings);
  }
  std::vector<Change> changes() override { return inner_->changes(); }

 private:
  std::unique_ptr<Backend> inner_;
  int& fails_;
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

TEST_CASE("restore puts every netdev back, and stays armed") {
  const GuardBench bench;
  Guard guard = bench.guard();
  for (const char* netdev : {"eth0", "eth1"}) {
    require(guard.arm(netdev, rx_knobs));
    require(guard.write(netdev, {{"rx-usecs", 1}, {"rx-frames", 2}}));
  }
  require(guard.restore());
  CHECK(bench.settings() == GuardBench::start());
  CHECK(bench.settings("eth1") == GuardBench::start());
  CHECK(bench.store().load().value().size() == 2);
  CHECK(guard.write("eth0", {{"rx-usecs", 2}}));
}

TEST_CASE("restore writes only what differs") {
  const GuardBench bench;
  Guard guard = bench.guard();
  require(guard.arm("eth0", rx_knobs));
  require(guard.restore());
  CHECK(bench.writes().empty());
  require(guard.write("eth0", {{"rx-usecs", 1}}));
  require(guard.restore());
  CHECK(bench.writes() == Writes{{{"rx-usecs", 1}}, {{"rx-usecs", 16}}});
}

TEST_CASE("what a mode reset is put back, too") {
  const GuardBench bench({.mode_resets = {{"adaptive-rx", {{"rx-usecs", 50}, {"rx-frames", 9}}}}});
  Guard guard = bench.guard();
  require(guard.arm("eth0", rx_knobs));
  require(guard.write("eth0", {{"adaptive-rx", 1}}));
  CHECK(bench.settings().at("rx-usecs") == 50);
  require(guard.restore());
  CHECK(bench.settings() == GuardBench::start());
}

TEST_CASE("restore is attempted on every device even when one fails") {
  const GuardBench bench({.fails_after = 1});
  Guard guard = bench.guard();
  for (const char* netdev : {"eth0", "eth1"}) {
    require(guard.arm(netdev, rx_knobs));
    require(guard.write(netdev, {{"rx-usecs", 1}}));
  }
  const auto restored = guard.restore();
  REQUIRE_FALSE(restored);
  CHECK(restored.error().message.starts_with("eth0 "));
  CHECK(bench.settings().at("rx-usecs") == 1);
  CHECK(bench.settings("eth1") == GuardBench::start());
}

TEST_CASE("a driver that is busy for a moment is asked again") {
  const GuardBench bench({.fails_after = 1, .fails_until = 3});
  Guard guard = bench.guard();
  require(guard.arm("eth0", rx_knobs));
  require(guard.write("eth0", {{"rx-usecs", 1}}));
  CHECK(guard.restore());
  CHECK(bench.settings() == GuardBench::start());
}

TEST_CASE("a device that cannot be read for a moment is not taken for one without the knob") {
  const GuardBench bench({.mode_resets = {{"adaptive-rx", {{"rx-frames", 9}}}}});
  int fails = 0;
  HostAccess access = bench.access();
  for (auto& backend : access.backends)
    backend = std::make_unique<Forgetful>(std::move(backend), fails);
  Guard guard(std::move(access), bench.state_dir());
  require(guard.arm("eth0", {"adaptive-rx"}));
  require(guard.write("eth0", {{"adaptive-rx", 1}}));
  SUBCASE("a failed read is tried again") {
    fails = 1;
    require(guard.release());
    CHECK(bench.settings() == GuardBench::start());
  }
  SUBCASE("reads that go on failing leave the snapshot") {
    fails = 1000;
    CHECK(message_of(guard.release()) == "out of memory for a moment");
    CHECK(bench.store().load().value().size() == 1);
    fails = 0;
    require(guard.release());
    CHECK(bench.settings() == GuardBench::start());
  }
}

TEST_CASE("release forgets what was put back, and frees the netdev") {
  const GuardBench bench;
  Guard guard = bench.guard();
  require(guard.arm("eth0", rx_knobs));
  require(guard.write("eth0", {{"rx-usecs", 1}}));
  require(guard.release());
  CHECK(bench.settings() == GuardBench::start());
  CHECK(bench.store().load().value().empty());
  CHECK_FALSE(guard.armed());
  CHECK_FALSE(guard.write("eth0", {{"rx-usecs", 1}}));
}

TEST_CASE("a driver that refuses its own default is reported, and its snapshot is kept") {
  const GuardBench bench({.refuses_its_default = {"rx-usecs"}});
  Guard guard = bench.guard();
  for (const char* netdev : {"eth0", "eth1"}) {
    require(guard.arm(netdev, rx_knobs));
    require(guard.write(netdev, {{"rx-usecs", 1}, {"rx-frames", 2}}));
  }
  const auto released = guard.release();
  REQUIRE_FALSE(released);
  CHECK(released.error().message.find("rx-usecs must not be 16") != std::string::npos);
  const auto kept = bench.store().load();
  REQUIRE(kept);
  REQUIRE(kept->size() == 1);
  CHECK(kept->at(0).netdev == "eth0");
  CHECK(kept->at(0).settings.at("rx-usecs") == 16);
  CHECK(guard.armed());
}

TEST_CASE("what can be put back alone is put back, although together it was refused") {
  const GuardBench bench({.refuses_its_default = {"rx-usecs"}});
  Guard guard = bench.guard();
  require(guard.arm("eth0", rx_knobs));
  require(guard.write("eth0", {{"rx-usecs", 1}, {"rx-frames", 2}}));
  CHECK_FALSE(guard.restore());
  CHECK(bench.settings().at("rx-frames") == 44);
  CHECK(bench.settings().at("rx-usecs") == 1);
}

TEST_CASE("a value that shows for 0, and that the driver does not take, goes back as 0") {
  Settings start = GuardBench::start();
  start["rx-usecs"] = 1;
  const GuardBench bench(
      {.rejects = {{"rx-usecs", 1, 1, "no"}}, .clamps = {{"rx-usecs", {1, 1000}}}}, start);
  Guard guard = bench.guard();
  require(guard.arm("eth0", rx_knobs));
  require(guard.write("eth0", {{"rx-usecs", 8}, {"rx-frames", 2}}));
  require(guard.release());
  CHECK(bench.settings() == start);
  CHECK(bench.writes().back() == Settings{{"rx-usecs", 0}});
  CHECK(bench.store().load().value().empty());
}

TEST_CASE("a driver that takes its default and shows another value has not been restored") {
  const GuardBench bench;
  Guard guard = bench.guard();
  require(guard.arm("eth0", rx_knobs));
  require(guard.write("eth0", {{"rx-usecs", 1}}));
  bench.change([](FakeDevice& device) { device.character.rounds = {{"rx-usecs", 10}}; });
  CHECK(message_of(guard.release()) ==
        "eth0 does not take its own settings back: rx-usecs: wanted 16, reads 10");
  CHECK(bench.store().load().value().size() == 1);
}

TEST_CASE("a netdev that vanished is reported, the others are put back, and its snapshot is kept") {
  const GuardBench bench({.gone_after = 1});
  Guard guard = bench.guard();
  for (const char* netdev : {"eth0", "eth1"}) {
    require(guard.arm(netdev, rx_knobs));
    require(guard.write(netdev, {{"rx-usecs", 1}}));
  }
  CHECK_FALSE(guard.write("eth0", {{"rx-usecs", 2}}));
  const auto released = guard.release();
  REQUIRE_FALSE(released);
  CHECK(released.error().message.find("No such device") != std::string::npos);
  CHECK(bench.settings("eth1") == GuardBench::start());
  REQUIRE(bench.store().load().value().size() == 1);
  CHECK(bench.store().load().value().at(0).netdev == "eth0");
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
