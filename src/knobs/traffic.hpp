// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

namespace moderato {

/// Packets that an endpoint has sent, and its netdev received, since the driver was loaded.
/// Nothing: the kernel does not say.
struct Traffic {
  std::optional<std::int64_t> netdev_packets;
  /// Of the RDMA device, all ports. On a real HCA they are no packets of the netdev; those of soft
  /// RoCE are both.
  std::optional<std::int64_t> rdma_packets;
  std::optional<std::int64_t> netdev_received;
};

/// From /sys/class/net/NETDEV/statistics and, unless `rdma` is empty, the port counters below
/// /sys/class/infiniband/RDMA (Documentation/ABI/stable/sysfs-class-infiniband).
Traffic traffic_of(const std::string& netdev, const std::string& rdma,
                   const std::filesystem::path& sys = "/sys");

}  // namespace moderato
