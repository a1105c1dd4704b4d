// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include "profile/profile.hpp"

using namespace moderato;

namespace {

Device device() {
  return {.netdev = "eth0",
          .driver = "igbvf",
          .driver_version = "6.1",
          .firmware = "1.2",
          .pci_address = "0000:01:10.0",
          .pci_id = "8086:10ca",
          .kind = DeviceKind::vf,
          .speed_mbps = 1000,
          .mtu = 1500};
}

}  // namespace

TEST_CASE("the fingerprint holds what a setting can depend on") {
  CHECK(fingerprint_of(device(), "6.12.9") == Fingerprint{.driver = "igbvf",
                                                          .driver_version = "6.1",
                                                          .firmware = "1.2",
                                                          .kernel = "6.12.9",
                                                          .pci_id = "8086:10ca",
                                                          .kind = "vf",
                                                          .speed_mbps = 1000,
                                                          .mtu = 1500});
}

TEST_CASE("a profile matches the kind of device that it was found on, under whatever name") {
  const Match match = match_for(device());
  CHECK(match.driver == "igbvf");
  CHECK(match.kind == "vf");
  CHECK(match.pci_id == "8086:10ca");
  CHECK(match.netdev == "");
  Device other = device();
  other.netdev = "enp1s0";
  other.pci_address = "0000:02:10.0";
  CHECK(!mismatch(match, device()));
  CHECK(!mismatch(match, other));
}

TEST_CASE("an empty field matches everything") {
  CHECK(!mismatch({}, device()));
  CHECK(!mismatch({}, Device{}));
}

TEST_CASE("each field that does not match is named with both values") {
  CHECK(mismatch({.driver = "igb"}, device()) == "driver is igb, but the device has igbvf");
  CHECK(mismatch({.kind = "pf"}, device()) == "kind is pf, but the device has vf");
  CHECK(mismatch({.pci_id = "a:b"}, device()) == "pci_id is a:b, but the device has 8086:10ca");
  CHECK(mismatch({.netdev = "eth1"}, device()) == "netdev is eth1, but the device has eth0");
  CHECK(mismatch({.driver = "igb", .kind = "pf", .pci_id = "8086:10ca"}, device()) ==
        "driver is igb, but the device has igbvf; kind is pf, but the device has vf");
  CHECK(mismatch({.pci_id = "a:b"}, Device{}) == "pci_id is a:b, but the device has (unknown)");
}

TEST_CASE("the same device and kernel are fresh") {
  const auto now = fingerprint_of(device(), "6.1");
  CHECK(staleness(now, now).empty());
}

TEST_CASE("each change of the fingerprint makes it stale, with both values") {
  const Fingerprint recorded = fingerprint_of(device(), "6.1");
  Fingerprint now = recorded;
  now.driver = "x";
  now.driver_version = "6.2";
  now.firmware = "";
  now.kernel = "6.2";
  now.pci_id = "a:b";
  now.kind = "pf";
  now.speed_mbps = 10000;
  now.mtu = 9000;
  CHECK(staleness(recorded, now) ==
        std::vector<std::string>{"driver: igbvf -> x", "driver_version: 6.1 -> 6.2",
                                 "firmware: 1.2 -> (unknown)", "kernel: 6.1 -> 6.2",
                                 "pci_id: 8086:10ca -> a:b", "kind: vf -> pf",
                                 "speed_mbps: 1000 -> 10000", "mtu: 1500 -> 9000"});
}

TEST_CASE("a link that is down has no speed, and that does not make a profile stale") {
  const Fingerprint recorded = fingerprint_of(device(), "6.1");
  Fingerprint now = recorded;
  now.speed_mbps.reset();
  CHECK(staleness(recorded, now).empty());
  CHECK(staleness(now, recorded).empty());
}
