// SPDX-License-Identifier: Apache-2.0
#include "agent/same_device.hpp"

#include <net/if.h>

#include <filesystem>

namespace moderato {
namespace {

/// Indexes are given anew by each boot, and apart in each namespace.
bool index_counts(const Snapshot& snapshot, const Here& now) {
  return snapshot.ifindex != 0 && snapshot.boot_id == now.boot_id &&
         snapshot.network_namespace.inode == now.network_namespace.inode;
}

/// What has left its namespace is no virtual device: those went with it.
bool has_moved(const Snapshot& snapshot, const Here& now) {
  return snapshot.boot_id == now.boot_id &&
         snapshot.network_namespace.inode != now.network_namespace.inode;
}

/// A bridge or VLAN has the MAC of the device below it, so a MAC alone is none of theirs.
bool may_be(const Device& device, const Snapshot& snapshot) {
  return device.kind != DeviceKind::virtual_device && !device.mac.empty() &&
         device.mac == snapshot.mac &&
         (snapshot.pci_address.empty() || device.pci_address == snapshot.pci_address);
}

}  // namespace

int index_of_netdev(const std::string& netdev) {
  return static_cast<int>(::if_nametoindex(netdev.c_str()));
}

bool has_pci_function(const std::string& pci_address) {
  std::error_code ignored;
  return std::filesystem::exists("/sys/bus/pci/devices/" + pci_address, ignored);
}

std::optional<std::string> present_name(const Snapshot& snapshot, const Here& now,
                                        const std::vector<Device>& devices,
                                        const std::function<int(const std::string&)>& index_of) {
  if (index_counts(snapshot, now)) {
    for (const Device& device : devices) {
      if (index_of(device.netdev) == snapshot.ifindex) return device.netdev;
    }
  }
  std::vector<std::string> others;
  for (const Device& device : devices) {
    const bool same_name = device.netdev == snapshot.netdev && device.mac == snapshot.mac;
    if (same_name && !has_moved(snapshot, now)) return device.netdev;
    if (may_be(device, snapshot)) others.push_back(device.netdev);
  }
  return others.size() == 1 ? std::optional(others.front()) : std::nullopt;
}

}  // namespace moderato
