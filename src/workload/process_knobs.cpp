// SPDX-License-Identifier: Apache-2.0
#include "workload/process_knobs.hpp"

#include <algorithm>

#include "core/number.hpp"

namespace moderato {
namespace {

// struct ibv_srq_init_attr holds 32 bits, and struct ibv_moderate_cq 16; devices take less.
const std::vector<ProcessKnob> table{
    {"srq-limit",
     Unit::none,
     1,
     INT32_MAX,
     {},
     "receives left in the shared receive queue at which it is refilled"},
    {"srq-size", Unit::none, 2, INT32_MAX, {}, "receives in the shared receive queue when full"},
    {"completion",
     Unit::none,
     0,
     1,
     {"polling", "blocking"},
     "how a process waits for completions"},
    {"inline", Unit::boolean, 0, 1, {"off", "on"}, "messages travel inside the work request"},
    {"cq-count", Unit::none, 0, UINT16_MAX, {}, "completions that raise an event at once"},
    {"cq-period",
     Unit::microseconds,
     0,
     UINT16_MAX,
     {},
     "longest wait for more completions before an event"},
};

Settings part(const Settings& settings, bool of_processes) {
  Settings result;
  for (const auto& [id, value] : settings) {
    if ((find_process_knob(id) != nullptr) == of_processes) result[id] = value;
  }
  return result;
}

}  // namespace

std::span<const ProcessKnob> process_knobs() {
  return table;
}

const ProcessKnob* find_process_knob(std::string_view id) {
  const auto found = std::ranges::find(table, id, &ProcessKnob::id);
  return found == table.end() ? nullptr : &*found;
}

std::string text_of(const ProcessKnob& knob, std::int64_t value) {
  if (knob.names.empty()) return std::to_string(value);
  return std::string(knob.names[static_cast<std::size_t>(value - knob.min)]);
}

std::optional<std::int64_t> value_of(const ProcessKnob& knob, const std::string& text) {
  if (const auto name = std::ranges::find(knob.names, text); name != knob.names.end())
    return knob.min + (name - knob.names.begin());
  return integer_in(text, knob.min, knob.max);
}

std::optional<std::int64_t> integer_in(const std::string& text, std::int64_t min,
                                       std::int64_t max) {
  const auto value = whole_number<std::int64_t>(text);
  return value && *value >= min && *value <= max ? value : std::nullopt;
}

Settings process_part(const Settings& settings) {
  return part(settings, true);
}

Settings device_part(const Settings& settings) {
  return part(settings, false);
}

}  // namespace moderato
