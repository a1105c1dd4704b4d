// SPDX-License-Identifier: Apache-2.0
#include "knobs/catalogue.hpp"

#include <doctest/doctest.h>
#include <linux/ethtool_netlink.h>

#include <set>
#include <string>

using namespace moderato;

TEST_CASE("no two knobs share an id, and every one is found by it") {
  std::set<std::string_view> ids;
  for (const Knob& knob : catalogue()) {
    CHECK_MESSAGE(ids.insert(knob.id).second, knob.id);
    CHECK(find_knob(knob.id) == &knob);
  }
  CHECK(find_knob("rx-usec") == nullptr);
  CHECK(find_knob("") == nullptr);
}

TEST_CASE("every coalescing attribute of the kernel but the profiles is one knob") {
  std::set<int> attributes;
  for (const Knob& knob : catalogue()) {
    if (knob.access != Access::ethtool) {
      CHECK(knob.attribute == 0);
      continue;
    }
    CHECK_MESSAGE(attributes.insert(knob.attribute).second, knob.id);
  }
  // 1 is the header; 29 and 30 are the nested profiles.
  CHECK(attributes.size() == 29);
  CHECK(*attributes.begin() == ETHTOOL_A_COALESCE_RX_USECS);
  CHECK(*attributes.rbegin() == 32);
}

TEST_CASE("a knob's id, unit and mode agree") {
  for (const Knob& knob : catalogue()) {
    const std::string id(knob.id);
    CAPTURE(id);
    CHECK(knob.is_mode == (knob.unit == Unit::boolean));
    CHECK((id.find("usecs") != id.npos) == (knob.unit == Unit::microseconds));
    CHECK((id.find("frames") != id.npos) == (knob.unit == Unit::frames));
    CHECK(knob.scope == Scope::device);
    CHECK(knob.min == 0);
    CHECK(knob.max >= (knob.is_mode ? 1 : INT32_MAX));
    CHECK_FALSE(knob.meaning.empty());
  }
}

TEST_CASE("names that look alike reach the attribute of their name") {
  CHECK(find_knob("rx-usecs-low")->attribute == ETHTOOL_A_COALESCE_RX_USECS_LOW);
  CHECK(find_knob("rx-frames-high")->attribute == ETHTOOL_A_COALESCE_RX_MAX_FRAMES_HIGH);
  CHECK(find_knob("tx-frames-irq")->attribute == ETHTOOL_A_COALESCE_TX_MAX_FRAMES_IRQ);
  CHECK(find_knob("cqe-mode-rx")->attribute == 25);
  CHECK(find_knob("cqe-mode-tx")->attribute == 24);
  CHECK(find_knob("sample-interval")->unit == Unit::seconds);
  CHECK(find_knob("gro-flush-timeout")->unit == Unit::nanoseconds);
}
