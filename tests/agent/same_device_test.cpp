// SPDX-License-Identifier: Apache-2.0
#include "agent/same_device.hpp"

#include <doctest/doctest.h>
#include <net/if.h>

#include <map>

using namespace moderato;

namespace {

const Here now{{1, "", true}, "this boot"};

const Snapshot snapshot{.netdev = "eth0",
                        .mac = "02:00:00:00:00:01",
                        .boot_id = "this boot",
                        .network_namespace = {1, "", true},
                        .pci_address = "0000:81:00.0",
                        .ifindex = 2};

Device device(const std::string& netdev, const std::string& mac = "02:00:00:00:00:01",
              const std::string& pci_address = "0000:81:00.0") {
  return {.netdev = netdev,
          .pci_address = pci_address,
          .kind = pci_address.empty() ? DeviceKind::virtual_device : DeviceKind::pf,
          .mac = mac};
}

std::optional<std::string> found(const Snapshot& of, const std::vector<Device>& devices,
                                 const std::map<std::string, int>& indexes = {}) {
  return present_name(of, now, devices, [&](const std::string& netdev) {
    const auto index = indexes.find(netdev);
    return index == indexes.end() ? 0 : index->second;
  });
}

}  // namespace

TEST_CASE("a device is the one with its index, whatever its name and MAC are") {
  const Device namesake = device("eth0"), other = device("x", "02:00:00:00:00:07", "");
  CHECK(found(snapshot, {namesake, other}, {{"eth0", 3}, {"x", 2}}) == "x");
}

TEST_CASE("an index says nothing in another boot, or in another namespace") {
  Snapshot elsewhere = snapshot;
  elsewhere.boot_id = "another";
  CHECK(found(elsewhere, {device("x", "02:00:00:00:00:07")}, {{"x", 2}}) == std::nullopt);
  elsewhere = snapshot;
  elsewhere.network_namespace.inode = 7;
  CHECK(found(elsewhere, {device("x", "02:00:00:00:00:07")}, {{"x", 2}}) == std::nullopt);
}

TEST_CASE("a device that its driver has made anew is known by its name and MAC") {
  CHECK(found(snapshot, {device("eth0")}, {{"eth0", 9}}) == "eth0");
  CHECK(found(snapshot, {device("eth0", "02:00:00:00:00:07")}, {{"eth0", 9}}) == std::nullopt);
}

TEST_CASE("a MAC under another name is the device's only with its PCI function, and but once") {
  CHECK(found(snapshot, {device("x")}) == "x");
  CHECK(found(snapshot, {device("br0", snapshot.mac, "")}) == std::nullopt);
  CHECK(found(snapshot, {device("x"), device("br0", snapshot.mac, "")}) == "x");
  CHECK(found(snapshot, {device("x", snapshot.mac, "0000:81:00.1")}) == std::nullopt);
  Snapshot older = snapshot;
  older.pci_address = "";
  older.ifindex = 0;
  CHECK(found(older, {device("x")}) == "x");
  CHECK(found(older, {device("x"), device("y", snapshot.mac, "0000:81:00.1")}) == std::nullopt);
}

TEST_CASE("the index of a netdev is the kernel's, and of none it is 0") {
  CHECK(index_of_netdev("lo") == 1);
  CHECK(index_of_netdev("no-such-netdev") == 0);
}
