// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/knob.hpp"
#include "core/result.hpp"

namespace moderato {

/// `pf`: a physical function, with or without SR-IOV switched on; `vf`: a virtual function;
/// `virtual_device`: no bus device behind it (veth, tap, bridge, bond, loopback).
enum class DeviceKind { pf, vf, virtual_device };

std::string_view name_of(DeviceKind kind);  ///< "pf", "vf", "virtual"
std::optional<DeviceKind> device_kind(std::string_view name);

struct Irq {
  int number = 0;
  std::string name;                ///< the action's name in /proc/interrupts, "" if unreadable
  std::string affinity;            ///< smp_affinity_list, "0-3"
  std::string effective_affinity;  ///< effective_affinity_list
};

/// One network device of a host. Empty strings and optionals: the kernel does not say.
struct Device {
  std::string netdev;
  std::string driver;
  std::string driver_version;
  std::string firmware;
  std::string pci_address;  ///< "0000:81:00.1"
  std::string pci_id;       ///< vendor:device, "8086:10c9"
  DeviceKind kind = DeviceKind::virtual_device;
  std::string pf;    ///< of a vf: netdev of its PF, "" where the host cannot see it
  int vf_count = 0;  ///< of a pf: virtual functions that exist now (sriov_numvfs)
  std::optional<int> numa_node;
  bool link_up = false;  ///< carrier
  std::optional<std::int64_t> speed_mbps;
  int mtu = 0;
  std::string mac;
  std::vector<std::string> rdma;  ///< RDMA devices on this netdev, "mlx5_0"
  std::string management;         ///< why the host is managed over it, "default route"; else ""
  std::vector<Irq> irqs;
  std::vector<KnobState> knobs;  ///< every knob of the catalogue, in its order
};

struct RdmaDevice {
  std::string name;
  std::string driver;
  std::string firmware;
  std::string pci_address;
  std::string link_layer;  ///< of port 1: "InfiniBand", "Ethernet"
  std::string state;       ///< of port 1: "ACTIVE", "DOWN"
  std::vector<std::string> netdevs;
};

/// All that `moderato probe` tells of one host.
struct HostReport {
  std::string host;    ///< node name
  std::string kernel;  ///< release, "6.12.9"
  std::vector<Device> devices;
  std::vector<RdmaDevice> rdma;
};

/// The document that `moderato probe --format json` prints, schema "moderato-probe/1"; the agent
/// protocol carries the same. Fields are named as the members above. What is unknown is left out,
/// never null: empty texts and lists, numa_node, speed_mbps. Always there: host, kernel, devices
/// and rdma; of a device netdev, kind, vf_count, link_up, mtu, irqs and knobs; of an IRQ its
/// number; of a knob its id as `knob`, and either `value` or `why_not`; of an RDMA device its name.
enum class Layout { indented, compact };
std::string to_json(const HostReport& report, Layout layout = Layout::indented);
Result<HostReport> host_report_from_json(const std::string& text, const std::string& source);

}  // namespace moderato
