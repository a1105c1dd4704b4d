// SPDX-License-Identifier: Apache-2.0
#include "knobs/discovery_bus.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "knobs/sysfs.hpp"

namespace moderato {
namespace {

namespace fs = std::filesystem;

bool all_hex(std::string_view text) {
  return text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

}  // namespace

bool is_pci_address(std::string_view text) {
  constexpr std::size_t tail = std::string_view(":81:00.1").size();
  if (text.size() < 4 + tail) return false;
  const std::string_view domain = text.substr(0, text.size() - tail);
  const std::string_view rest = text.substr(domain.size());
  return all_hex(domain) && rest[0] == ':' && all_hex(rest.substr(1, 2)) && rest[3] == ':' &&
         all_hex(rest.substr(4, 2)) && rest[6] == '.' && rest[7] >= '0' && rest[7] <= '7';
}

std::optional<PciFunction> pci_function(const fs::path& class_device) {
  fs::path folder = class_device / "device";
  // Mostly it is this one, and a host may have hundreds of them.
  if (std::string name = target_name(folder); is_pci_address(name))
    return PciFunction{std::move(folder), std::move(name)};
  std::error_code error;
  folder = fs::canonical(folder, error);
  while (!error && folder.has_relative_path()) {
    if (std::string name = folder.filename(); is_pci_address(name))
      return PciFunction{std::move(folder), std::move(name)};
    folder = folder.parent_path();
  }
  return std::nullopt;
}

std::string pci_id_of(const fs::path& pci_function) {
  const auto vendor = read_number(pci_function / "vendor");
  const auto device = read_number(pci_function / "device");
  return vendor && device ? fmt::format("{:04x}:{:04x}", *vendor, *device) : std::string();
}

bool is_representor(const fs::path& netdev) {
  // devlink port flavours, net/devlink/port.c: "p0" uplink, "[c1]pf0vf2" and "[c1]pf0sf88" others.
  const std::string port = read_line(netdev / "phys_port_name");
  const auto pf = port.find("pf");
  return pf != std::string::npos &&
         (port.find("vf", pf) != std::string::npos || port.find("sf", pf) != std::string::npos);
}

std::string pf_of(const fs::path& pci_function, const fs::path& netdev) {
  const fs::path candidates = pci_function / "physfn/net";
  std::vector<std::string> names = names_in(candidates);
  std::erase_if(names, [&](const auto& name) { return is_representor(candidates / name); });
  if (names.empty()) return {};
  // A function with two ports (mlx4) has a netdev on each; the VF's is on the same one.
  const std::string port = read_line(netdev / "dev_port");
  const auto same = std::ranges::find_if(
      names, [&](const auto& name) { return read_line(candidates / name / "dev_port") == port; });
  return same == names.end() ? names.front() : *same;
}

}  // namespace moderato
