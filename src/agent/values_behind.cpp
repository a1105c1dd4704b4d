// SPDX-License-Identifier: Apache-2.0
#include "agent/values_behind.hpp"

#include <vector>

#include "knobs/plan.hpp"

namespace moderato {

Settings modes_going_off(const Settings& now, const Settings& about_to_write) {
  Settings modes;
  for (const auto& [id, value] : about_to_write) {
    const auto current = now.find(id);
    if (current == now.end() || current->second == 0 || value != 0) continue;
    if (is_adaptive_mode(id)) modes.insert(*current);
  }
  return modes;
}

Settings values_behind(const Backends& backends, const std::string& netdev, const Settings& modes,
                       const Settings& shown) {
  Settings off = modes, hidden;
  for (auto& [id, value] : off)
    value = 0;
  std::vector<std::string> names;
  for (const auto& [id, value] : shown) {
    if (!moves_by_itself(id, modes)) continue;
    hidden[id] = value;
    names.push_back(id);
  }
  const auto write = [&](const Settings& settings) {
    return apply_settings(backends, netdev, settings).has_value();
  };
  if (!write(off)) return {};
  const auto behind = read_settings(backends, netdev, names);
  if (!behind || *behind == hidden) return {};
  if (!write(hidden) || !write(modes) || !write(off)) return {};
  const auto again = read_settings(backends, netdev, names);
  return again && *again == hidden ? *behind : Settings();
}

}  // namespace moderato
