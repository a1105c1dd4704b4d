// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace moderato::workloads {

/// An entry of a port's GID table: under which address the port sends, and in which encapsulation.
struct Gid {
  std::array<std::uint8_t, 16> address{};
  int index = 0, port = 1;
  bool roce_v2 = false;
};

/// ::ffff:A, as RoCE writes an IPv4 address into a GID. Throws Failure when `ipv4` is none.
std::array<std::uint8_t, 16> mapped_ipv4(const std::string& ipv4);

/// The RoCE v2 GID of `ipv4`; of any IPv4 address, when that is empty. Others with the same address
/// are RoCE v1, which is not routed and which the other side may not speak.
std::optional<Gid> choose_gid(const std::vector<Gid>& table, const std::string& ipv4,
                              std::optional<int> port);

}  // namespace moderato::workloads
