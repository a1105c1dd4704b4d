// SPDX-License-Identifier: Apache-2.0
#include "knobs/discovery.hpp"

#include <sys/utsname.h>

#include <algorithm>
#include <map>
#include <unordered_set>

#include "core/file.hpp"
#include "knobs/discovery_bus.hpp"
#include "knobs/discovery_irq.hpp"
#include "knobs/discovery_management.hpp"
#include "knobs/discovery_rdma.hpp"
#include "knobs/sysfs.hpp"

namespace moderato {
namespace {

namespace fs = std::filesystem;

fs::path folder_of(const std::string& netdev, const KernelView& view) {
  return view.sys / "class/net" / netdev;
}

void describe_driver(Device& device, const KernelView& view) {
  if (auto info = view.driver_info(device.netdev)) {
    device.driver = std::move(info->driver);
    device.driver_version = std::move(info->version);
    device.firmware = std::move(info->firmware);
    if (is_pci_address(info->bus_info)) device.pci_address = std::move(info->bus_info);
  }
  if (device.driver.empty())
    device.driver = target_name(folder_of(device.netdev, view) / "device/driver");
}

void identify_function(Device& device, const PciFunction& function) {
  device.pci_address = function.address;
  device.pci_id = pci_id_of(function.folder);
  if (device.kind == DeviceKind::virtual_device) return;
  if (is_folder(function.folder / "physfn") || is_known_vf(device.driver, device.pci_id))
    device.kind = DeviceKind::vf;
}

void describe_function(Device& device, const fs::path& function, const fs::path& folder) {
  if (device.kind == DeviceKind::virtual_device) return;
  if (device.kind == DeviceKind::vf) {
    device.pf = pf_of(function, folder);
  } else {
    device.vf_count = static_cast<int>(read_number(function / "sriov_numvfs").value_or(0));
  }
  const auto node = read_number(function / "numa_node");
  if (node && *node >= 0) device.numa_node = static_cast<int>(*node);
}

void describe_link(Device& device, const fs::path& folder) {
  device.link_up = read_number(folder / "carrier") == 1;
  // SPEED_UNKNOWN is -1, and UINT32_MAX where a driver has lost its sign.
  const auto speed = read_number(folder / "speed");
  if (speed && *speed > 0 && *speed < UINT32_MAX) device.speed_mbps = speed;
  device.mtu = static_cast<int>(read_number(folder / "mtu").value_or(0));
  device.mac = read_line(folder / "address");
}

/// The RDMA devices that name this netdev.
std::vector<std::string> rdma_on(const std::string& netdev, const std::vector<RdmaDevice>& all) {
  std::vector<std::string> names;
  for (const RdmaDevice& rdma : all)
    if (std::ranges::find(rdma.netdevs, netdev) != rdma.netdevs.end()) names.push_back(rdma.name);
  return names;
}

struct Host {
  const KernelView& view;
  std::vector<RdmaDevice> rdma;
  std::map<int, std::string> irq_actions;
  std::map<std::string, std::string> management;
  std::unordered_set<std::string> plainly_virtual;
};

/// Netdevs without a device behind them: one look for all of them, where a host has hundreds.
std::unordered_set<std::string> plainly_virtual_netdevs(const KernelView& view) {
  return all_names_in(view.sys / "devices/virtual/net");
}

struct Identified {
  Device device;
  std::optional<PciFunction> function;  ///< behind it, nothing if that is on no PCI bus
};

Identified identify(const std::string& netdev, bool has_no_device, const KernelView& view) {
  Identified found{{.netdev = netdev}, {}};
  if (!has_no_device) {
    const fs::path folder = folder_of(netdev, view);
    found.function = pci_function(folder);
    const bool has_device = found.function || is_folder(folder / "device");
    if (has_device && !is_representor(folder)) found.device.kind = DeviceKind::pf;
  }
  describe_driver(found.device, view);
  if (found.function) identify_function(found.device, *found.function);
  return found;
}

Device describe_netdev(const std::string& netdev, const Host& host) {
  const fs::path folder = folder_of(netdev, host.view);
  auto [device, function] = identify(netdev, host.plainly_virtual.contains(netdev), host.view);
  describe_link(device, folder);
  if (function) {
    describe_function(device, function->folder, folder);
    if (device.kind != DeviceKind::virtual_device)
      device.irqs = irqs_of(function->folder, host.view.proc, host.irq_actions);
  }
  device.rdma = rdma_on(netdev, host.rdma);
  if (const auto found = host.management.find(netdev); found != host.management.end())
    device.management = found->second;
  return device;
}

}  // namespace

std::vector<Device> identify_devices(const std::string& only, const KernelView& view) {
  const auto plainly_virtual = plainly_virtual_netdevs(view);
  const auto netdevs = only.empty() ? names_in(view.sys / "class/net") : std::vector{only};
  std::vector<Device> devices;
  devices.reserve(netdevs.size());
  for (const auto& netdev : netdevs) {
    if (netdev == "." || netdev == ".." || netdev.find('/') != std::string::npos) continue;
    const bool has_no_device = plainly_virtual.contains(netdev);
    // bonding_masters is a file.
    if (!has_no_device && !is_folder(folder_of(netdev, view))) continue;
    devices.push_back(identify(netdev, has_no_device, view).device);
  }
  return devices;
}

HostReport discover(const Backends& backends, const KernelView& view) {
  HostReport report;
  utsname system{};
  if (::uname(&system) == 0) {
    report.host = system.nodename;
    report.kernel = system.release;
  }
  report.rdma = discover_rdma(view.sys);
  const auto interrupts = read_file(view.proc / "interrupts", 16u << 20);
  const Host host{view, report.rdma, irq_actions(interrupts.value_or("")), management_netdevs(view),
                  plainly_virtual_netdevs(view)};
  for (const auto& netdev : names_in(view.sys / "class/net")) {
    if (!is_folder(folder_of(netdev, view))) continue;  // bonding_masters is a file
    report.devices.push_back(describe_netdev(netdev, host));
    report.devices.back().knobs = read_knobs(backends, netdev);
  }
  return report;
}

}  // namespace moderato
