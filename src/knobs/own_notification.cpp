// SPDX-License-Identifier: Apache-2.0
#include "knobs/own_notification.hpp"

#include <algorithm>

namespace moderato {
namespace {

bool carries(const CoalesceMessage& message, const Settings& settings) {
  return std::ranges::all_of(settings, [&](const auto& setting) {
    const auto found = message.values.find(setting.first);
    return found != message.values.end() && found->second == setting.second;
  });
}

}  // namespace

void take_own(std::vector<CoalesceMessage>& notifications, const std::string& netdev,
              const Settings& settings) {
  auto own = std::ranges::find_if(notifications, [&](const CoalesceMessage& message) {
    return message.netdev == netdev && carries(message, settings);
  });
  if (own == notifications.end())
    own = std::ranges::find(notifications, netdev, &CoalesceMessage::netdev);
  if (own != notifications.end()) notifications.erase(own);
}

}  // namespace moderato
