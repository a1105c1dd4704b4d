// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>

#include "knobs/discovery.hpp"

namespace moderato {

/// The netdevs over which people reach this host, with the reason: a default route leads through
/// them, or the ssh session comes in there. What lies below (the ports of a bond, the NIC of a
/// VLAN) counts, too. Sources: /proc/net/route, /proc/net/ipv6_route, the links lower_* of
/// /sys/class/net (Documentation/ABI/testing/sysfs-class-net).
std::map<std::string, std::string> management_netdevs(const KernelView& view);

}  // namespace moderato
