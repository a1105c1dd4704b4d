// SPDX-License-Identifier: Apache-2.0
#include "knobs/plan.hpp"

#include <string>

#include "knobs/catalogue.hpp"

namespace moderato {
namespace {

/// The mode that owns the knob: "adaptive-rx" for "rx-usecs"; "" if none does.
std::string_view adaptive_mode_of(std::string_view knob) {
  if (knob == "rx-usecs" || knob == "rx-frames") return "adaptive-rx";
  if (knob == "tx-usecs" || knob == "tx-frames") return "adaptive-tx";
  return {};
}

}  // namespace

WritePlan plan_writes(const Settings& wanted, const Settings& now) {
  WritePlan plan;
  for (const auto& [id, value] : wanted) {
    const auto current = now.find(id);
    if (current != now.end() && current->second == value) continue;
    (is_mode(id) ? plan.modes : plan.values)[id] = value;
  }
  return plan;
}

bool is_mode(std::string_view knob) {
  const Knob* found = find_knob(knob);
  return found != nullptr && found->is_mode;
}

bool is_adaptive_mode(std::string_view knob) {
  return knob == "adaptive-rx" || knob == "adaptive-tx";
}

bool moves_by_itself(std::string_view knob, const Settings& now) {
  const auto mode = now.find(std::string(adaptive_mode_of(knob)));
  return mode != now.end() && mode->second != 0;
}

Settings modes_in_the_way(const Settings& values, const Settings& now) {
  Settings modes;
  for (const auto& [id, value] : values) {
    if (moves_by_itself(id, now)) {
      const std::string mode(adaptive_mode_of(id));
      modes[mode] = now.at(mode);
    }
  }
  return modes;
}

Settings moved_unasked(const Settings& wanted, const Settings& before, const Settings& now) {
  Settings moved;
  for (const auto& [id, value] : before) {
    const Knob* knob = find_knob(id);
    if (wanted.contains(id) || knob == nullptr || knob->is_mode) continue;
    if (moves_by_itself(id, before) || moves_by_itself(id, now)) continue;
    const auto current = now.find(id);
    if (current != now.end() && current->second != value) moved[id] = value;
  }
  return moved;
}

Settings effective_values(const Settings& wanted, const Settings& now) {
  Settings effective;
  for (const auto& [id, value] : wanted) {
    const auto current = now.find(id);
    if (current != now.end()) effective[id] = moves_by_itself(id, now) ? value : current->second;
  }
  return effective;
}

}  // namespace moderato
