// SPDX-License-Identifier: Apache-2.0
#include "knobs/own_notification.hpp"

#include <doctest/doctest.h>

using namespace moderato;

namespace {

CoalesceMessage note(const std::string& netdev, std::int64_t frames) {
  return {netdev, {{"rx-frames", frames}, {"rx-usecs", 8}}};
}

}  // namespace

TEST_CASE("the notification that carries our values is ours, wherever it stands") {
  std::vector<CoalesceMessage> notes{note("eth0", 7), note("eth0", 16), note("eth1", 16)};
  take_own(notes, "eth0", {{"rx-frames", 16}});
  REQUIRE(notes.size() == 2);
  CHECK(notes[0].values.at("rx-frames") == 7);
  CHECK(notes[1].netdev == "eth1");
}

TEST_CASE("where the driver rounded, the first notification of the device is ours") {
  std::vector<CoalesceMessage> notes{note("eth1", 64), note("eth0", 64), note("eth0", 3)};
  take_own(notes, "eth0", {{"rx-frames", 100}});
  REQUIRE(notes.size() == 2);
  CHECK(notes[0].netdev == "eth1");
  CHECK(notes[1].values.at("rx-frames") == 3);
}

TEST_CASE("a write that caused no notification takes none of another device") {
  std::vector<CoalesceMessage> notes{note("eth1", 16)};
  take_own(notes, "eth0", {{"rx-frames", 16}});
  CHECK(notes.size() == 1);
}

TEST_CASE("one write takes one notification") {
  std::vector<CoalesceMessage> notes{note("eth0", 16), note("eth0", 16)};
  take_own(notes, "eth0", {{"rx-frames", 16}});
  CHECK(notes.size() == 1);
}
