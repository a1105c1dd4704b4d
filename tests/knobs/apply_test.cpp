// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include "knobs/small_driver.hpp"

using namespace moderato;

namespace {

using Writes = std::vector<Settings>;

}  // namespace

TEST_CASE("modes are written before values, each group in one request") {
  SmallDriver driver{.values = {{"adaptive-rx", 1}, {"rx-usecs", 16}, {"rx-frames", 88}}};
  auto done = apply_settings(backends_of(driver), "eth0",
                             {{"rx-usecs", 8}, {"rx-frames", 1}, {"adaptive-rx", 0}});
  REQUIRE(done);
  CHECK(*done == Settings{{"rx-usecs", 8}, {"rx-frames", 1}, {"adaptive-rx", 0}});
  CHECK(driver.writes == Writes{{{"adaptive-rx", 0}}, {{"rx-usecs", 8}, {"rx-frames", 1}}});
}

TEST_CASE("applying twice writes once") {
  SmallDriver driver{.values = {{"adaptive-rx", 1}, {"rx-usecs", 16}}};
  const Settings wanted{{"adaptive-rx", 0}, {"rx-usecs", 8}};
  const auto backends = backends_of(driver);
  REQUIRE(apply_settings(backends, "eth0", wanted));
  const auto before = driver.writes.size();
  CHECK(apply_settings(backends, "eth0", wanted) == wanted);
  CHECK(driver.writes.size() == before);
}

TEST_CASE("knobs that nobody named are not written") {
  SmallDriver driver{.values = {{"rx-usecs", 16}, {"tx-usecs", 3}}};
  REQUIRE(apply_settings(backends_of(driver), "eth0", {{"rx-usecs", 8}}));
  CHECK(driver.writes == Writes{{{"rx-usecs", 8}}});
  CHECK(driver.values.at("tx-usecs") == 3);
}

TEST_CASE("a value that a mode change resets is written although it was right before") {
  SmallDriver driver{.values = {{"cqe-mode-rx", 0}, {"rx-usecs", 8}},
                     .reset_by_mode = Settings{{"rx-usecs", 50}}};
  CHECK(apply_settings(backends_of(driver), "eth0", {{"cqe-mode-rx", 1}, {"rx-usecs", 8}}) ==
        Settings{{"cqe-mode-rx", 1}, {"rx-usecs", 8}});
  CHECK(driver.values.at("rx-usecs") == 8);
}

TEST_CASE("a value that the driver changed silently is told as it is") {
  SmallDriver driver{.values = {{"rx-frames", 0}}, .largest = 64};
  CHECK(apply_settings(backends_of(driver), "t0", {{"rx-frames", 100}}) ==
        Settings{{"rx-frames", 64}});
}

TEST_CASE("while a direction is adaptive its values count as wanted") {
  SmallDriver driver{.values = {{"adaptive-rx", 0}, {"rx-usecs", 16}, {"tx-usecs", 5}},
                     .adaptive_rx_usecs = 128};
  CHECK(apply_settings(backends_of(driver), "eth0",
                       {{"adaptive-rx", 1}, {"rx-usecs", 8}, {"tx-usecs", 6}}) ==
        Settings{{"adaptive-rx", 1}, {"rx-usecs", 8}, {"tx-usecs", 6}});
  CHECK(driver.values.at("rx-usecs") == 8);
}

TEST_CASE("a driver that refuses values while adaptive gets them with adaptive off, then on") {
  SmallDriver driver{.values = {{"adaptive-rx", 1}, {"rx-usecs", 16}},
                     .refuses_values_while_adaptive = true};
  CHECK(apply_settings(backends_of(driver), "eth0", {{"adaptive-rx", 1}, {"rx-usecs", 8}}) ==
        Settings{{"adaptive-rx", 1}, {"rx-usecs", 8}});
  CHECK(driver.writes ==
        Writes{{{"rx-usecs", 8}}, {{"adaptive-rx", 0}}, {{"rx-usecs", 8}}, {{"adaptive-rx", 1}}});
  CHECK(driver.values == Settings{{"adaptive-rx", 1}, {"rx-usecs", 8}});
}

TEST_CASE("adaptive comes back on although the values are refused in the end") {
  struct Stubborn : SmallBackend {
    using SmallBackend::SmallBackend;
    Result<void> write(const std::string& netdev, const Settings& settings) override {
      if (settings.contains("rx-usecs")) return fail(Fault::runtime, "out of range");
      return SmallBackend::write(netdev, settings);
    }
  };
  SmallDriver driver{.values = {{"adaptive-rx", 1}, {"rx-usecs", 16}}};
  Backends backends;
  backends.push_back(std::make_unique<Stubborn>(driver, Access::ethtool));
  auto done = apply_settings(backends, "eth0", {{"rx-usecs", 9999}});
  REQUIRE_FALSE(done);
  CHECK(done.error().message == "out of range");
  CHECK(driver.values == Settings{{"adaptive-rx", 1}, {"rx-usecs", 16}});
  CHECK(driver.writes == Writes{{{"adaptive-rx", 0}}, {{"adaptive-rx", 1}}});
}

TEST_CASE("where adaptive is off a refusal is final") {
  SmallDriver driver{.values = {{"adaptive-rx", 0}, {"rx-usecs", 16}},
                     .refuses = Error{Fault::runtime, "no", "do"}};
  auto done = apply_settings(backends_of(driver), "eth0", {{"rx-usecs", 8}});
  REQUIRE_FALSE(done);
  CHECK(done.error().message == "no");
  CHECK(driver.writes.size() == 1);
}

TEST_CASE("a knob that no backend handles, or that has no value, is an error that names it") {
  SmallDriver driver{.values = {{"rx-usecs", 16}}};
  for (const std::string knob : {"gro-flush-timeout", "no-such-knob", "tx-usecs"}) {
    auto done = apply_settings(backends_of(driver), "eth0", {{"rx-usecs", 8}, {knob, 1}});
    REQUIRE_FALSE(done);
    CHECK(done.error().fault == Fault::unsupported);
    CHECK(done.error().message.find(knob + " of eth0") != std::string::npos);
    CHECK(driver.writes.empty());
  }
  auto reason = read_settings(backends_of(driver), "eth0", {"tx-usecs"});
  REQUIRE_FALSE(reason);
  CHECK(reason.error().message.find("the driver does not report it") != std::string::npos);
}

TEST_CASE("each backend gets its own knobs") {
  SmallDriver nic{.values = {{"rx-usecs", 16}}}, napi{.values = {{"gro-flush-timeout", 0}}};
  Backends backends = backends_of(nic);
  backends.push_back(std::make_unique<SmallBackend>(napi, Access::napi_sysfs));
  const Settings wanted{{"rx-usecs", 8}, {"gro-flush-timeout", 20000}};
  CHECK(apply_settings(backends, "eth0", wanted) == wanted);
  CHECK(nic.writes == Writes{{{"rx-usecs", 8}}});
  CHECK(napi.writes == Writes{{{"gro-flush-timeout", 20000}}});
}

TEST_CASE("settings are read without touching a backend that has none of them") {
  SmallDriver nic{.unreadable = Error{Fault::runtime, "asked in vain", ""}};
  SmallDriver napi{.values = {{"gro-flush-timeout", 7}}};
  Backends backends = backends_of(nic);
  backends.push_back(std::make_unique<SmallBackend>(napi, Access::napi_sysfs));
  CHECK(read_settings(backends, "eth0", {"gro-flush-timeout"}) ==
        Settings{{"gro-flush-timeout", 7}});
  auto failed = read_settings(backends, "eth0", {"rx-usecs"});
  REQUIRE_FALSE(failed);
  CHECK(failed.error().message == "asked in vain");
}

TEST_CASE("read_knobs tells every knob of the catalogue, with a value or a reason") {
  SmallDriver driver{.values = {{"rx-usecs", 16}}};
  const auto states = read_knobs(backends_of(driver), "eth0");
  REQUIRE(states.size() == catalogue().size());
  for (std::size_t i = 0; i < states.size(); ++i) {
    CHECK(states[i].knob == catalogue()[i].id);
    CHECK(states[i].supported() == (states[i].knob == "rx-usecs"));
    CHECK(states[i].supported() == states[i].why_not.empty());
  }
  driver.unreadable = Error{Fault::runtime, "it is gone", ""};
  CHECK(read_knobs(backends_of(driver), "eth0").front().why_not == "it is gone");
}
