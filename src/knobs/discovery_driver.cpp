// SPDX-License-Identifier: Apache-2.0
#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstring>
#include <memory>

#include "core/fd.hpp"
#include "knobs/discovery.hpp"

namespace moderato {
namespace {

/// Fixed fields need not end in a zero; "N/A" is what drivers write for nothing.
template <std::size_t size>
std::string text_of(const char (&field)[size]) {
  std::string text(field, ::strnlen(field, size));
  return text == "N/A" ? std::string() : text;
}

}  // namespace

DriverInfoSource ethtool_driver_info() {
  auto socket = std::make_shared<Fd>();
  // Any socket will do; a host without IPv4 has AF_UNIX still, but that refuses this ioctl.
  for (const int family : {AF_INET, AF_INET6, AF_NETLINK}) {
    const int type = family == AF_NETLINK ? SOCK_RAW : SOCK_DGRAM;
    if (!socket->valid()) *socket = Fd(::socket(family, type | SOCK_CLOEXEC, 0));
  }
  return [socket](const std::string& netdev) -> std::optional<DriverInfo> {
    ifreq request{};
    if (netdev.size() >= sizeof request.ifr_name) return std::nullopt;
    std::ranges::copy(netdev, request.ifr_name);
    ethtool_drvinfo info{};
    info.cmd = ETHTOOL_GDRVINFO;
    request.ifr_data = reinterpret_cast<char*>(&info);
    if (!socket->valid() || ::ioctl(socket->get(), SIOCETHTOOL, &request) != 0) return std::nullopt;
    return DriverInfo{text_of(info.driver), text_of(info.version), text_of(info.fw_version),
                      text_of(info.bus_info)};
  };
}

}  // namespace moderato
