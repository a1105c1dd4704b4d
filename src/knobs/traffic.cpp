// SPDX-License-Identifier: Apache-2.0
#include "knobs/traffic.hpp"

#include <array>

#include "knobs/sysfs.hpp"

namespace moderato {
namespace {

namespace fs = std::filesystem;

/// The first that a driver has: HCAs count in the port's own counters, soft RoCE (sent_pkts) and
/// others beside them.
constexpr std::array packets_sent{"counters/port_xmit_packets", "hw_counters/sent_pkts",
                                  "hw_counters/tx_pkts"};

std::optional<std::int64_t> sent_by_port(const fs::path& port) {
  for (const char* counter : packets_sent) {
    if (const auto packets = read_number(port / counter)) return packets;
  }
  return std::nullopt;
}

std::optional<std::int64_t> sent_by_ports(const fs::path& ports) {
  std::optional<std::int64_t> sum;
  for (const std::string& port : names_in(ports)) {
    if (const auto packets = sent_by_port(ports / port)) sum = sum.value_or(0) + *packets;
  }
  return sum;
}

}  // namespace

Traffic traffic_of(const std::string& netdev, const std::string& rdma, const fs::path& sys) {
  Traffic traffic;
  const fs::path statistics = sys / "class/net" / netdev / "statistics";
  traffic.netdev_packets = read_number(statistics / "tx_packets");
  traffic.netdev_received = read_number(statistics / "rx_packets");
  if (!rdma.empty())
    traffic.rdma_packets = sent_by_ports(sys / "class/infiniband" / rdma / "ports");
  return traffic;
}

}  // namespace moderato
