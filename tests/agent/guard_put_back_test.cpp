// SPDX-License-Identifier: Apache-2.0
// How a guard puts back what devices had.
#include "agent/guard.hpp"
#include "agent/guard_bench.hpp"

using namespace moderato;

namespace {

using Writes = std::vector<Settings>;

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
