// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/device.hpp"
#include "knobs/backend.hpp"

namespace moderato {

/// What a driver says of itself: struct ethtool_drvinfo, include/uapi/linux/ethtool.h. "" where it
/// says nothing.
struct DriverInfo {
  std::string driver;
  std::string version;  ///< of a driver without a version of its own: the kernel's release
  std::string firmware;
  std::string bus_info;  ///< PCI address, "tap", "", ...
};

/// What the driver of a netdev says. Empty: the kernel refuses, or no such netdev.
using DriverInfoSource = std::function<std::optional<DriverInfo>(const std::string& netdev)>;

/// ETHTOOL_GDRVINFO by ioctl, which needs no privilege, and knows veth and tap as well; in the
/// network namespace of the thread that calls this.
DriverInfoSource ethtool_driver_info();

/// An address of a netdev, as inet_ntop writes it.
struct NetdevAddress {
  std::string netdev, address;
};

/// IPv4 and IPv6, by getifaddrs(3).
std::vector<NetdevAddress> netdev_addresses();

/// The host's own address of the ssh session that this process belongs to (SSH_CONNECTION, see
/// ssh(1)), "" outside of one. Behind the launch prefix `ssh node7` it is that of node7.
std::string ssh_session_address();

/// Where the kernel shows its devices; tests point it at a recorded tree.
struct KernelView {
  std::filesystem::path sys = "/sys";
  std::filesystem::path proc = "/proc";
  DriverInfoSource driver_info = ethtool_driver_info();
  std::function<std::vector<NetdevAddress>()> addresses = netdev_addresses;
  std::function<std::string()> ssh_address = ssh_session_address;
};

/// Every netdev and RDMA device of this host. Never fails: what cannot be read (unprivileged, in a
/// container, no RDMA) is left empty, and a knob says why it has no value. A representor of a VF
/// (switchdev mode) counts as virtual: it borrows the PF's bus device, and has no vectors of its
/// own. Sources: Documentation/ABI/testing/sysfs-class-net, sysfs-class-infiniband, sysfs-bus-pci.
HostReport discover(const Backends& backends, const KernelView& view = {});

/// Only what says which device a netdev is: driver, versions, PCI, kind. No knobs, IRQs, RDMA,
/// link: some drivers ask their firmware for those, and a boot does not wait for that. `netdev`:
/// this one alone; "": all.
std::vector<Device> identify_devices(const std::string& netdev = {}, const KernelView& view = {});

}  // namespace moderato
