// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <functional>

#include "tune/link_use.hpp"
#include "tune/session.hpp"

namespace moderato {
namespace {

StationFacts station(const std::string& where) {
  return {where,
          {.netdev = "eth0",
           .driver = "mlx5_core",
           .firmware = "16.35",
           .pci_id = "15b3:1017",
           .kind = DeviceKind::pf}};
}

}  // namespace

TEST_CASE("endpoints that differ in what a profile is for are refused by both names and the fact") {
  CHECK(check_alike({station("a/eth0"), station("b/eth0")}));
  const std::pair<std::function<void(Device&)>, std::string> changes[] = {
      {[](Device& device) { device.driver = "ice"; }, "driver mlx5_core / ice"},
      {[](Device& device) { device.firmware = ""; }, "firmware 16.35 / unknown"},
      {[](Device& device) { device.kind = DeviceKind::vf; }, "kind pf / vf"},
      {[](Device& device) { device.pci_id = "15b3:101b"; }, "PCI id 15b3:1017 / 15b3:101b"}};
  for (const auto& [change, fact] : changes) {
    StationFacts other = station("b/eth0");
    change(other.device);
    const auto alike = check_alike({station("a/eth0"), other});
    REQUIRE_FALSE(alike);
    CHECK(alike.error().fault == Fault::usage);
    CHECK(alike.error().message == "a/eth0 and b/eth0 are different kinds of NIC: " + fact);
  }
}

TEST_CASE("what differs from endpoint to endpoint of one kind is no reason to refuse them") {
  StationFacts other = station("b/eth7");
  other.device.netdev = "eth7";
  other.device.mac = "02:00:00:00:00:02";
  other.device.pci_address = "0000:01:00.0";
  other.device.numa_node = 1;
  CHECK(check_alike({station("a/eth0"), other}));
}

TEST_CASE("the refusal tells which endpoints would make a link of each kind") {
  StationFacts b = station("b/eth0"), d = station("d/eth0");
  b.device.driver = d.device.driver = "ice";
  const auto alike = check_alike({station("a/eth0"), b, station("c/eth0"), d});
  REQUIRE_FALSE(alike);
  CHECK(alike.error().remedy.ends_with("(a/eth0, c/eth0; b/eth0, d/eth0)"));
}

TEST_CASE("a link is as busy as the busiest of its counters") {
  const Traffic before{.netdev_packets = 100, .rdma_packets = 5, .netdev_received = 10};
  CHECK(packets_per_s(before, before, 0.5) == 0);
  CHECK(packets_per_s(before, {700, 5, 10}, 0.5) == 1200);
  CHECK(packets_per_s(before, {100, 5, 1010}, 0.5) == 2000);
  CHECK(packets_per_s(before, {100, 2005, 10}, 0.5) == 4000);
  CHECK(packets_per_s({}, before, 0.5) == 0);
}

}  // namespace moderato
