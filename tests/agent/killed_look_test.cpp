// SPDX-License-Identifier: Apache-2.0
// An agent that is killed while it looks behind an adaptive mode, or puts one back.
#include <functional>
#include <map>

#include "agent/guard.hpp"
#include "agent/guard_bench.hpp"
#include "fakes/driver.hpp"
#include "waiting.hpp"

using namespace moderato;

namespace {

Settings adaptive_start() {
  return {{"adaptive-rx", 1}, {"rx-usecs", 16}, {"rx-frames", 44}};
}

struct Killed {};

/// Its process dies at the given one of its moments: before and after each write. The device is in
/// memory, as each of hundreds of studies has one.
class Mortal : public Backend {
 public:
  Mortal(FakeDevice& device, int moments_left) : device_(device), moments_left_(moments_left) {}
  bool handles(std::string_view knob) const override {
    const Knob* found = find_knob(knob);
    return found != nullptr && found->access == Access::ethtool;
  }
  Result<std::vector<KnobState>> read(const std::string&) override {
    before_read(device_);
    std::vector<KnobState> states;
    for (const auto& [id, value] : device_.settings)
      states.push_back(state_of(device_, id));
    return states;
  }
  Result<void> write(const std::string&, const Settings& settings) override {
    live();
    auto done = write_to(device_, settings, 1);
    live();
    return done;
  }
  std::vector<Change> changes() override { return {}; }

 private:
  void live() {
    if (moments_left_-- == 0) throw Killed{};
  }

  FakeDevice& device_;
  int moments_left_;
};

struct Bench {
  explicit Bench(const Character& character) { device.character = character; }

  /// Whether `work` came to its end before the guard was killed.
  bool survives(int moment, const std::function<void(Guard&)>& work) {
    HostAccess access{.backends = {},
                      .discover = [this] { return HostReport{.devices = {device.facts}}; },
                      .restore_pause = std::chrono::milliseconds(0)};
    access.backends.push_back(std::make_unique<Mortal>(device, moment));
    Guard guard(std::move(access), folder.path() / "state");
    try {
      work(guard);
    } catch (const Killed&) {
      return false;
    }
    return true;
  }

  TemporaryFolder folder;
  FakeDevice device = fake_device("eth0", adaptive_start());
};

/// One that leaves the mode on, one that switches it off.
void study(Guard& guard) {
  require(guard.arm("eth0", {"adaptive-rx", "rx-usecs"}));
  require(guard.write("eth0", {{"adaptive-rx", 1}, {"rx-usecs", 1}}));
  require(guard.write("eth0", {{"adaptive-rx", 0}, {"rx-usecs", 2}}));
  require(guard.release());
}

void recovery(Guard& guard) {
  require(guard.recover(Guard::Doing::it));
}

const std::map<std::string, Character> drivers{
    {"shows what was set", {}},
    {"shows the value of the moment",
     {.shows_while_adaptive = {{"rx-usecs", 64}, {"rx-frames", 256}}, .rung_step = 8}},
    {"shows the value of the moment, and rounds",
     {.rounds = {{"rx-usecs", 4}, {"rx-frames", 4}},
      .shows_while_adaptive = {{"rx-usecs", 63}, {"rx-frames", 255}}}},
    {"shows what was set, and refuses to change it while adaptive",
     {.refuses_while_adaptive = true}},
    {"shows the value of the moment, and refuses to change it while adaptive",
     {.shows_while_adaptive = {{"rx-usecs", 64}, {"rx-frames", 256}},
      .rung_step = 8,
      .refuses_while_adaptive = true}},
    {"resets values with its mode",
     {.mode_resets = {{"adaptive-rx", {{"rx-usecs", 50}, {"rx-frames", 9}}}}}},
};

/// Kills a study at each of its moments in turn, with each driver; `recover` is what follows.
void at_each_moment(const std::function<void(Bench&)>& recover) {
  for (const auto& [name, character] : drivers) {
    CAPTURE(name);
    bool survived = false;
    for (int moment = 0; !survived; ++moment) {
      CAPTURE(moment);
      Bench bench(character);
      survived = bench.survives(moment, study);
      recover(bench);
      CHECK(bench.device.settings == adaptive_start());
    }
  }
}

}  // namespace

TEST_CASE("whenever a study is killed, the host gets back what stood behind its adaptive mode" *
          waiting) {
  at_each_moment([](Bench& bench) { CHECK(bench.survives(-1, recovery)); });
}

TEST_CASE("so it does when the recovery is killed, too" * waiting) {
  at_each_moment([](Bench& bench) {
    // Each recovery comes further than the one before.
    for (int later = 0; !bench.survives(later, recovery); ++later) {
    }
  });
}
