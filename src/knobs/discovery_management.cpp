// SPDX-License-Identifier: Apache-2.0
#include "knobs/discovery_management.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <ifaddrs.h>
#include <linux/route.h>
#include <netinet/in.h>

#include <charconv>
#include <cstdlib>
#include <iterator>
#include <memory>
#include <sstream>
#include <string_view>

#include "core/file.hpp"
#include "knobs/sysfs.hpp"

namespace moderato {
namespace {

namespace fs = std::filesystem;
using Reasons = std::map<std::string, std::string>;

bool in_force(const std::string& hexadecimal_flags) {
  unsigned long flags = 0;
  const char* end = hexadecimal_flags.data() + hexadecimal_flags.size();
  if (std::from_chars(hexadecimal_flags.data(), end, flags, 16).ec != std::errc()) return false;
  return (flags & RTF_UP) != 0 && (flags & RTF_REJECT) == 0;
}

bool all_zero(const std::string& digits) {
  return !digits.empty() && digits.find_first_not_of('0') == std::string::npos;
}

/// Where a table of the kernel has what.
struct Columns {
  std::size_t netdev, destination, length, flags, count;
};
constexpr Columns ipv4{.netdev = 0, .destination = 1, .length = 7, .flags = 3, .count = 8};
constexpr Columns ipv6{.netdev = 9, .destination = 0, .length = 1, .flags = 8, .count = 10};

void add(Reasons& reasons, const std::string& netdev, const std::string& reason) {
  std::string& text = reasons[netdev];
  if (text.find(reason) == std::string::npos) text += (text.empty() ? "" : ", ") + reason;
}

void add_default_routes(Reasons& reasons, const fs::path& table, const Columns& at) {
  std::istringstream lines(read_file(table, 64u << 20).value_or(""));
  for (std::string line; std::getline(lines, line);) {
    std::istringstream in(line);
    const std::vector<std::string> words{std::istream_iterator<std::string>(in), {}};
    if (words.size() < at.count || words[at.netdev] == "lo") continue;
    if (all_zero(words[at.destination]) && all_zero(words[at.length]) && in_force(words[at.flags]))
      add(reasons, words[at.netdev], "default route");
  }
}

void add_ssh_session(Reasons& reasons, const KernelView& view) {
  const std::string ours = view.ssh_address();
  if (ours.empty()) return;
  for (const NetdevAddress& one : view.addresses()) {
    if (one.address == ours) add(reasons, one.netdev, "ssh session");
  }
}

void add_below(Reasons& reasons, const std::string& netdev, const fs::path& class_net) {
  constexpr std::string_view mark = "lower_";
  for (const std::string& name : names_in(class_net / netdev)) {
    if (!name.starts_with(mark)) continue;
    const std::string below = name.substr(mark.size());
    if (reasons.contains(below)) continue;
    reasons[below] = fmt::format("below {}: {}", netdev, reasons.at(netdev));
    add_below(reasons, below, class_net);
  }
}

}  // namespace

Reasons management_netdevs(const KernelView& view) {
  Reasons reasons;
  add_default_routes(reasons, view.proc / "net/route", ipv4);
  add_default_routes(reasons, view.proc / "net/ipv6_route", ipv6);
  add_ssh_session(reasons, view);
  for (const auto& [netdev, reason] : Reasons(reasons))
    add_below(reasons, netdev, view.sys / "class/net");
  return reasons;
}

std::vector<NetdevAddress> netdev_addresses() {
  ifaddrs* list = nullptr;
  if (::getifaddrs(&list) != 0) return {};
  const std::unique_ptr<ifaddrs, decltype(&::freeifaddrs)> owner(list, ::freeifaddrs);
  std::vector<NetdevAddress> addresses;
  for (const ifaddrs* one = list; one != nullptr; one = one->ifa_next) {
    if (one->ifa_addr == nullptr) continue;
    const int family = one->ifa_addr->sa_family;
    const void* address = nullptr;
    if (family == AF_INET) address = &reinterpret_cast<const sockaddr_in*>(one->ifa_addr)->sin_addr;
    if (family == AF_INET6)
      address = &reinterpret_cast<const sockaddr_in6*>(one->ifa_addr)->sin6_addr;
    char text[INET6_ADDRSTRLEN];
    if (address != nullptr && ::inet_ntop(family, address, text, sizeof text) != nullptr)
      addresses.push_back({one->ifa_name, text});
  }
  return addresses;
}

std::string ssh_session_address() {
  const char* connection = std::getenv("SSH_CONNECTION");
  std::istringstream in(connection == nullptr ? "" : connection);
  std::string client, client_port, server;
  in >> client >> client_port >> server;
  return server.substr(0, server.find('%'));  // the scope of a link-local address
}

}  // namespace moderato
