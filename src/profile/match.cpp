// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "profile/profile.hpp"

namespace moderato {
namespace {

std::string shown(const std::string& value) {
  return value.empty() ? "(unknown)" : value;
}

/// Lists the fields that differ, each with both values.
class Differences {
 public:
  explicit Differences(std::string_view format) : format_(format) {}
  void compare(std::string_view field, const std::string& one, const std::string& other) {
    if (one != other)
      lines_.push_back(fmt::format(fmt::runtime(format_), field, shown(one), shown(other)));
  }
  const std::vector<std::string>& lines() const { return lines_; }

 private:
  std::string_view format_;
  std::vector<std::string> lines_;
};

}  // namespace

Fingerprint fingerprint_of(const Device& device, const std::string& kernel) {
  return {.driver = device.driver,
          .driver_version = device.driver_version,
          .firmware = device.firmware,
          .kernel = kernel,
          .pci_id = device.pci_id,
          .kind = std::string(name_of(device.kind)),
          .speed_mbps = device.speed_mbps,
          .mtu = device.mtu};
}

Match match_for(const Device& device) {
  return {.driver = device.driver,
          .kind = std::string(name_of(device.kind)),
          .pci_id = device.pci_id,
          .netdev = {}};
}

std::optional<std::string> mismatch(const Match& match, const Device& device) {
  Differences differences("{} is {}, but the device has {}");
  const auto demand = [&](std::string_view field, const std::string& wanted,
                          const std::string& found) {
    if (!wanted.empty()) differences.compare(field, wanted, found);
  };
  demand("driver", match.driver, device.driver);
  demand("kind", match.kind, std::string(name_of(device.kind)));
  demand("pci_id", match.pci_id, device.pci_id);
  demand("netdev", match.netdev, device.netdev);
  if (differences.lines().empty()) return std::nullopt;
  return fmt::format("{}", fmt::join(differences.lines(), "; "));
}

std::vector<std::string> staleness(const Fingerprint& recorded, const Fingerprint& now) {
  if (recorded == now) return {};
  Differences differences("{}: {} -> {}");
  differences.compare("driver", recorded.driver, now.driver);
  differences.compare("driver_version", recorded.driver_version, now.driver_version);
  differences.compare("firmware", recorded.firmware, now.firmware);
  differences.compare("kernel", recorded.kernel, now.kernel);
  differences.compare("pci_id", recorded.pci_id, now.pci_id);
  differences.compare("kind", recorded.kind, now.kind);
  // A link that is still down has no speed; that says nothing about the settings.
  if (recorded.speed_mbps && now.speed_mbps)
    differences.compare("speed_mbps", std::to_string(*recorded.speed_mbps),
                        std::to_string(*now.speed_mbps));
  differences.compare("mtu", std::to_string(recorded.mtu), std::to_string(now.mtu));
  return differences.lines();
}

}  // namespace moderato
