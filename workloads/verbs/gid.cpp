// SPDX-License-Identifier: Apache-2.0
#include "verbs/gid.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>

#include "common/failure.hpp"

namespace moderato::workloads {
namespace {

constexpr std::size_t prefix_size = 12;

/// ::ffff:0.0.0.0
constexpr std::array<std::uint8_t, 16> mapped_prefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

bool is_mapped(const Gid& gid) {
  return std::equal(gid.address.begin(), gid.address.begin() + prefix_size, mapped_prefix.begin());
}

}  // namespace

std::array<std::uint8_t, 16> mapped_ipv4(const std::string& ipv4) {
  auto result = mapped_prefix;
  if (::inet_pton(AF_INET, ipv4.c_str(), result.data() + prefix_size) != 1)
    throw Failure(fmt::format("'{}' is no IPv4 address", ipv4));
  return result;
}

std::optional<Gid> choose_gid(const std::vector<Gid>& table, const std::string& ipv4,
                              std::optional<int> port) {
  const auto wanted = ipv4.empty() ? mapped_prefix : mapped_ipv4(ipv4);
  for (const Gid& gid : table) {
    if (!gid.roce_v2 || (port && gid.port != *port)) continue;
    if (ipv4.empty() ? is_mapped(gid) : gid.address == wanted) return gid;
  }
  return {};
}

}  // namespace moderato::workloads
