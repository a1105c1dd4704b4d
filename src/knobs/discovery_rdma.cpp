// SPDX-License-Identifier: Apache-2.0
#include "knobs/discovery_rdma.hpp"

#include <set>

#include "knobs/discovery_bus.hpp"
#include "knobs/sysfs.hpp"

namespace moderato {
namespace {

namespace fs = std::filesystem;

/// Only soft RoCE has this file: the netdev that it runs on.
std::string soft_roce_parent(const fs::path& rdma) {
  return read_line(rdma / "parent");
}

/// Of RoCE, every GID names its netdev (empty slots cannot be read); IPoIB hangs on the same bus
/// device; soft RoCE names its parent.
std::vector<std::string> netdevs_of(const fs::path& rdma) {
  std::set<std::string> netdevs{soft_roce_parent(rdma)};
  for (const auto& port : names_in(rdma / "ports")) {
    const fs::path slots = rdma / "ports" / port / "gid_attrs/ndevs";
    for (const auto& slot : names_in(slots))
      netdevs.insert(read_line(slots / slot));
  }
  if (soft_roce_parent(rdma).empty()) {
    for (const auto& netdev : names_in(rdma / "device/net"))
      if (!is_representor(rdma / "device/net" / netdev)) netdevs.insert(netdev);
  }
  netdevs.erase("");
  return {netdevs.begin(), netdevs.end()};
}

/// "4: ACTIVE" -> "ACTIVE"
std::string state_of(const std::string& line) {
  const auto colon = line.find(": ");
  return colon == std::string::npos ? line : line.substr(colon + 2);
}

RdmaDevice describe_rdma(const fs::path& rdma) {
  RdmaDevice device;
  device.name = rdma.filename().string();
  device.firmware = read_line(rdma / "fw_ver");
  device.link_layer = read_line(rdma / "ports/1/link_layer");
  device.state = state_of(read_line(rdma / "ports/1/state"));
  device.netdevs = netdevs_of(rdma);
  // Soft RoCE may borrow the bus device of its netdev, whose driver is not its own.
  if (!soft_roce_parent(rdma).empty()) {
    device.driver = "rdma_rxe";
    return device;
  }
  device.driver = target_name(rdma / "device/driver");
  if (auto function = pci_function(rdma)) device.pci_address = std::move(function->address);
  return device;
}

}  // namespace

std::vector<RdmaDevice> discover_rdma(const fs::path& sys) {
  std::vector<RdmaDevice> devices;
  const fs::path folder = sys / "class/infiniband";
  for (const auto& name : names_in(folder))
    devices.push_back(describe_rdma(folder / name));
  return devices;
}

}  // namespace moderato
