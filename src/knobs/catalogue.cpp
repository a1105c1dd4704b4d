// SPDX-License-Identifier: Apache-2.0
#include "knobs/catalogue.hpp"

#include <linux/ethtool_netlink.h>

#include <algorithm>
#include <array>

namespace moderato {
namespace {

constexpr std::int64_t u32_max = UINT32_MAX;

// Newer than the uapi headers this is built with may be; the numbers are part of the kernel's
// interface and never change (include/uapi/linux/ethtool_netlink*.h; TX_AGGR since 6.3,
// RX_CQE is newer still).
constexpr std::uint16_t tx_aggr_max_bytes = 26, tx_aggr_max_frames = 27, tx_aggr_time_usecs = 28;
constexpr std::uint16_t rx_cqe_frames = 31, rx_cqe_nsecs = 32;
// Left out: ETHTOOL_A_COALESCE_RX_PROFILE and _TX_PROFILE (29, 30). They are nested ladders for the
// adaptive mode to climb, not one value.

constexpr Knob mode(std::string_view id, std::uint16_t attribute, std::string_view meaning) {
  return {id, Access::ethtool, Scope::device, Unit::boolean, true, attribute, 0, 1, meaning};
}

constexpr Knob value(std::string_view id, Unit unit, std::uint16_t attribute,
                     std::string_view meaning) {
  return {id, Access::ethtool, Scope::device, unit, false, attribute, 0, u32_max, meaning};
}

constexpr Knob usecs(std::string_view id, std::uint16_t attribute, std::string_view meaning) {
  return value(id, Unit::microseconds, attribute, meaning);
}

constexpr Knob frames(std::string_view id, std::uint16_t attribute, std::string_view meaning) {
  return value(id, Unit::frames, attribute, meaning);
}

/// Units and meanings: include/uapi/linux/ethtool.h, struct ethtool_coalesce.
constexpr auto knobs = std::to_array<Knob>({
    mode("adaptive-rx", ETHTOOL_A_COALESCE_USE_ADAPTIVE_RX,
         "the driver moves the receive moderation itself"),
    mode("adaptive-tx", ETHTOOL_A_COALESCE_USE_ADAPTIVE_TX,
         "the driver moves the transmit moderation itself"),
    mode("cqe-mode-rx", ETHTOOL_A_COALESCE_USE_CQE_MODE_RX,
         "the receive timer restarts with every completion"),
    mode("cqe-mode-tx", ETHTOOL_A_COALESCE_USE_CQE_MODE_TX,
         "the transmit timer restarts with every completion"),

    usecs("rx-usecs", ETHTOOL_A_COALESCE_RX_USECS,
          "longest wait for more frames before a receive interrupt"),
    frames("rx-frames", ETHTOOL_A_COALESCE_RX_MAX_FRAMES,
           "frames received that raise an interrupt at once"),
    usecs("rx-usecs-irq", ETHTOOL_A_COALESCE_RX_USECS_IRQ,
          "rx-usecs while the host serves an interrupt"),
    frames("rx-frames-irq", ETHTOOL_A_COALESCE_RX_MAX_FRAMES_IRQ,
           "rx-frames while the host serves an interrupt"),
    usecs("tx-usecs", ETHTOOL_A_COALESCE_TX_USECS,
          "longest wait for more frames before a transmit interrupt"),
    frames("tx-frames", ETHTOOL_A_COALESCE_TX_MAX_FRAMES,
           "frames sent that raise an interrupt at once"),
    usecs("tx-usecs-irq", ETHTOOL_A_COALESCE_TX_USECS_IRQ,
          "tx-usecs while the host serves an interrupt"),
    frames("tx-frames-irq", ETHTOOL_A_COALESCE_TX_MAX_FRAMES_IRQ,
           "tx-frames while the host serves an interrupt"),

    usecs("rx-usecs-low", ETHTOOL_A_COALESCE_RX_USECS_LOW, "adaptive: rx-usecs below pkt-rate-low"),
    frames("rx-frames-low", ETHTOOL_A_COALESCE_RX_MAX_FRAMES_LOW,
           "adaptive: rx-frames below pkt-rate-low"),
    usecs("tx-usecs-low", ETHTOOL_A_COALESCE_TX_USECS_LOW, "adaptive: tx-usecs below pkt-rate-low"),
    frames("tx-frames-low", ETHTOOL_A_COALESCE_TX_MAX_FRAMES_LOW,
           "adaptive: tx-frames below pkt-rate-low"),
    usecs("rx-usecs-high", ETHTOOL_A_COALESCE_RX_USECS_HIGH,
          "adaptive: rx-usecs above pkt-rate-high"),
    frames("rx-frames-high", ETHTOOL_A_COALESCE_RX_MAX_FRAMES_HIGH,
           "adaptive: rx-frames above pkt-rate-high"),
    usecs("tx-usecs-high", ETHTOOL_A_COALESCE_TX_USECS_HIGH,
          "adaptive: tx-usecs above pkt-rate-high"),
    frames("tx-frames-high", ETHTOOL_A_COALESCE_TX_MAX_FRAMES_HIGH,
           "adaptive: tx-frames above pkt-rate-high"),
    value("pkt-rate-low", Unit::packets_per_second, ETHTOOL_A_COALESCE_PKT_RATE_LOW,
          "adaptive: below this rate the -low values hold"),
    value("pkt-rate-high", Unit::packets_per_second, ETHTOOL_A_COALESCE_PKT_RATE_HIGH,
          "adaptive: above this rate the -high values hold"),
    value("sample-interval", Unit::seconds, ETHTOOL_A_COALESCE_RATE_SAMPLE_INTERVAL,
          "adaptive: how often the rate is looked at"),
    usecs("stats-block-usecs", ETHTOOL_A_COALESCE_STATS_BLOCK_USECS,
          "how often the device writes its statistics to memory"),

    value("tx-aggr-max-bytes", Unit::bytes, tx_aggr_max_bytes,
          "bytes gathered into one transmit aggregate"),
    frames("tx-aggr-max-frames", tx_aggr_max_frames, "frames gathered into one transmit aggregate"),
    usecs("tx-aggr-time-usecs", tx_aggr_time_usecs,
          "longest wait for a transmit aggregate to fill"),
    frames("rx-cqe-frames", rx_cqe_frames, "frames that share one receive completion"),
    value("rx-cqe-nsecs", Unit::nanoseconds, rx_cqe_nsecs,
          "longest wait for a shared receive completion to fill"),

    // net/core/net-sysfs.c: the kernel refuses more than S32_MAX since 6.13.
    {"napi-defer-hard-irqs", Access::napi_sysfs, Scope::device, Unit::none, false, 0, 0, INT32_MAX,
     "empty polls before the interrupt is enabled again"},
    {"gro-flush-timeout", Access::napi_sysfs, Scope::device, Unit::nanoseconds, false, 0, 0,
     INT64_MAX, "time between polls while the interrupt stays off"},
});

}  // namespace

std::span<const Knob> catalogue() {
  return knobs;
}

const Knob* find_knob(std::string_view id) {
  const auto found = std::ranges::find(knobs, id, &Knob::id);
  return found == knobs.end() ? nullptr : &*found;
}

}  // namespace moderato
