// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "tune/session.hpp"

namespace moderato {
namespace {

using Fact = std::pair<std::string_view, std::string>;

/// What a profile is for. (A kernel that differs makes it stale, not wrong.)
std::array<Fact, 4> facts_of(const Device& device) {
  return {{{"driver", device.driver},
           {"firmware", device.firmware},
           {"kind", std::string(name_of(device.kind))},
           {"PCI id", device.pci_id}}};
}

std::string differences(const Device& one, const Device& other) {
  const auto a = facts_of(one), b = facts_of(other);
  std::string text;
  const auto shown = [](const std::string& value) { return value.empty() ? "unknown" : value; };
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (a[i] != b[i])
      text += fmt::format("{}{} {} / {}", text.empty() ? "" : ", ", a[i].first, shown(a[i].second),
                          shown(b[i].second));
  }
  return text;
}

/// "node1/eth2, node3/eth2; node2/eth2": those that would make a link, by kind.
std::string by_kind(const std::vector<StationFacts>& stations) {
  std::vector<std::pair<Device, std::string>> kinds;
  for (const auto& [where, device] : stations) {
    const auto known = std::ranges::find_if(kinds, [&, &wanted = device](const auto& kind) {
      return facts_of(kind.first) == facts_of(wanted);
    });
    if (known == kinds.end())
      kinds.emplace_back(device, where);
    else
      known->second += ", " + where;
  }
  std::vector<std::string> groups;
  for (const auto& [device, names] : kinds)
    groups.push_back(names);
  return fmt::format("{}", fmt::join(groups, "; "));
}

}  // namespace

Result<void> check_alike(const std::vector<StationFacts>& stations) {
  const StationFacts& first = stations.front();
  for (const StationFacts& other : stations) {
    const std::string different = differences(first.device, other.device);
    if (different.empty()) continue;
    return fail(
        Fault::usage,
        fmt::format("{} and {} are different kinds of NIC: {}", first.where, other.where,
                    different),
        fmt::format("one profile is for one kind: make a link of each ({})", by_kind(stations)));
  }
  return {};
}

}  // namespace moderato
