// SPDX-License-Identifier: Apache-2.0
// Real netlink and sysfs against devices of the kernel, in a network namespace of its own.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>

#include "../knobs/own_namespace.hpp"
#include "knobs/backend.hpp"
#include "knobs/catalogue.hpp"

using namespace moderato;

namespace {

void in_own_namespace(const std::function<void()>& body) {
  const OwnNamespace own("knobs");
  if (!own.valid()) {
    fmt::print("SKIPPED: no network namespace with a tap and a veth can be made (needs root)\n");
  } else if (!own.inside(body)) {
    fmt::print("SKIPPED: the network namespace cannot be entered with a /sys of its own\n");
  }
}

std::unique_ptr<Backend> opened() {
  auto backend = ethtool_backend();
  REQUIRE_MESSAGE(backend.has_value(), (backend ? "" : describe(backend.error())));
  return std::move(*backend);
}

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("what tun clamps silently is read back as it is") {
  in_own_namespace([] {
    const auto backends = real_backends();
    CHECK(apply_settings(backends, "t0", {{"rx-frames", 100}}) == Settings{{"rx-frames", 64}});
    CHECK(apply_settings(backends, "t0", {{"rx-frames", 1}}) == Settings{{"rx-frames", 1}});
    CHECK(read_settings(backends, "t0", {"rx-frames"}) == Settings{{"rx-frames", 1}});
  });
}

TEST_CASE("a tap supports rx-frames, zero included, and nothing else of ethtool") {
  in_own_namespace([] {
    auto states = opened()->read("t0");
    REQUIRE(states);
    for (const KnobState& state : *states)
      CHECK_MESSAGE(state.supported() == (state.knob == "rx-frames"), state.knob);
    CHECK(std::ranges::find(*states, "rx-frames", &KnobState::knob)->value == 0);
  });
}

TEST_CASE("a refusal carries the kernel's own words and the knob") {
  in_own_namespace([] {
    auto done = opened()->write("t0", {{"rx-frames", 2}, {"rx-usecs", 8}});
    REQUIRE_FALSE(done);
    CHECK(contains(done.error().message, "t0 does not take rx-frames=2 rx-usecs=8"));
    CHECK(contains(done.error().message, "Invalid argument"));
    CHECK(contains(done.error().message, "cannot modify an unsupported parameter (rx-usecs)"));
    CHECK_FALSE(done.error().remedy.empty());
  });
}

TEST_CASE("a refused request changes nothing") {
  in_own_namespace([] {
    const auto backends = real_backends();
    CHECK_FALSE(backends.front()->write("t0", {{"rx-frames", 2}, {"rx-usecs", 8}}));
    CHECK(read_settings(backends, "t0", {"rx-frames"}) == Settings{{"rx-frames", 0}});
  });
}

TEST_CASE("a foreign write is told once, own writes never") {
  in_own_namespace([] {
    const auto backend = opened();
    REQUIRE(backend->write("t0", {{"rx-frames", 3}}));
    REQUIRE(backend->write("t0", {{"rx-frames", 100}}));  // clamped: comes back as 64
    REQUIRE(backend->write("t0", {{"rx-frames", 64}}));   // no change, so no notification
    CHECK(backend->changes().empty());

    REQUIRE(succeeds({"ethtool", "-C", "t0", "rx-frames", "5"}));
    auto changes = backend->changes();
    REQUIRE(changes.size() == 1);
    CHECK(changes[0].netdev == "t0");
    CHECK(changes[0].now == Settings{{"rx-frames", 5}});
    CHECK(backend->changes().empty());
  });
}

TEST_CASE("a foreign write is told although our own writes surround it") {
  in_own_namespace([] {
    const auto backend = opened();
    REQUIRE(backend->write("t0", {{"rx-frames", 7}}));
    REQUIRE(succeeds({"ethtool", "-C", "t0", "rx-frames", "5"}));
    REQUIRE(backend->write("t0", {{"rx-frames", 7}}));
    const auto changes = backend->changes();
    REQUIRE(changes.size() == 1);
    CHECK(changes[0].now == Settings{{"rx-frames", 5}});
  });
}

TEST_CASE("a driver without coalescing says so of every knob; its NAPI knobs work") {
  in_own_namespace([] {
    const auto backends = real_backends();
    for (const KnobState& state : read_knobs(backends, "v0")) {
      const bool napi = find_knob(state.knob)->access == Access::napi_sysfs;
      CHECK_MESSAGE(state.supported() == napi, state.knob);
      CHECK((napi || state.why_not == "the driver has no coalescing settings"));
    }
    auto refused = backends.front()->write("v0", {{"rx-usecs", 8}});
    REQUIRE_FALSE(refused);
    CHECK(refused.error().fault == Fault::unsupported);

    const Settings wanted{{"napi-defer-hard-irqs", 2}, {"gro-flush-timeout", 20000}};
    CHECK(apply_settings(backends, "v0", wanted) == wanted);
    CHECK(read_settings(real_backends(), "v0", {"gro-flush-timeout"}) ==
          Settings{{"gro-flush-timeout", 20000}});
  });
}

TEST_CASE("many netdevs are read and written as each of them would be alone") {
  in_own_namespace([] {
    REQUIRE(succeeds({"ip", "tuntap", "add", "dev", "t1", "mode", "tap"}));
    for (const Watch watch : {Watch::no, Watch::yes}) {
      const auto backend = std::move(ethtool_backend(watch).value());
      const std::vector<std::string> all{"t0", "v0", "t1", "nope"};
      const int frames = watch == Watch::no ? 3 : 4;
      // v0 has no such knob, nope is not there, and tun has no rx-usecs.
      CHECK(backend->write_many({{"t0", {{"rx-frames", frames}}},
                                 {"v0", {{"rx-frames", frames}}},
                                 {"nope", {{"rx-frames", frames}}},
                                 {"t1", {{"rx-usecs", 1}}}}) ==
            std::vector{true, false, false, false});
      const auto values = backend->read_many(all);
      CHECK(values == std::vector<Settings>{{{"rx-frames", frames}}, {}, {{"rx-frames", 0}}, {}});
      for (std::size_t i = 0; i < all.size(); ++i) {
        const auto alone = backend->read(all[i]);
        CHECK_MESSAGE((alone ? values_of(*alone) : Settings{}) == values[i], all[i]);
      }
      CHECK(backend->changes().empty());
    }
  });
}

TEST_CASE("a netdev that is not there is an error, not a device without knobs") {
  in_own_namespace([] {
    auto states = opened()->read("nope");
    REQUIRE_FALSE(states);
    CHECK(contains(states.error().message, "nope"));
    CHECK(contains(states.error().message, "No such device"));
    CHECK_FALSE(read_settings(real_backends(), "nope", {"gro-flush-timeout"}));
  });
}
