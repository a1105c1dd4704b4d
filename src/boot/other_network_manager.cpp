// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "boot/other_files.hpp"

namespace moderato {
namespace {

constexpr std::string_view prefix = "coalesce-";

std::string upper(std::string text) {
  std::ranges::transform(text, text.begin(), [](unsigned char c) { return std::toupper(c); });
  return text;
}

/// A connection that names no device may come up on any.
bool may_be_for(const Device& device, const std::vector<IniEntry>& connection) {
  const auto name = find_entry(connection, "connection", "interface-name");
  if (name && *name != device.netdev) return false;
  const auto mac = find_entry(connection, "ethernet", "mac-address");
  return !mac || upper(*mac) == upper(device.mac);
}

bool names_it(const std::vector<IniEntry>& connection) {
  return find_entry(connection, "connection", "interface-name") ||
         find_entry(connection, "ethernet", "mac-address");
}

}  // namespace

/// Keyfiles: nm-settings-keyfile(5). After "coalesce-" the keys have ethtool's names.
std::vector<OtherWriter> network_manager_writers(const Device& device, const Root& root) {
  std::vector<OtherWriter> writers;
  for (const auto& file :
       files_in(root,
                {"run/NetworkManager/system-connections", "etc/NetworkManager/system-connections",
                 "usr/lib/NetworkManager/system-connections"},
                ".nmconnection")) {
    const auto connection = read_ini(file);
    if (!may_be_for(device, connection)) continue;
    for (const IniEntry& entry : connection)
      if (entry.section == "ethtool" && entry.key.starts_with(prefix))
        writers.push_back({"NetworkManager", without_root(file, root),
                           entry.key.substr(prefix.size()), entry.value, names_it(connection)});
  }
  return writers;
}

}  // namespace moderato
