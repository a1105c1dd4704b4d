// SPDX-License-Identifier: Apache-2.0
#include "core/knob.hpp"

#include <fmt/format.h>

#include <array>

namespace moderato {

std::string_view name_of(Unit unit) {
  static constexpr std::array<std::string_view, 8> names{"",          "us", "ns",    "frames",
                                                         "packets/s", "s",  "bytes", "on/off"};
  return names[static_cast<std::size_t>(unit)];
}

std::string describe(const Settings& settings) {
  std::string text;
  for (const auto& [knob, value] : settings)
    text += fmt::format("{}{}={}", text.empty() ? "" : " ", knob, value);
  return text;
}

Settings values_of(const std::vector<KnobState>& states) {
  Settings values;
  for (const KnobState& state : states) {
    if (state.value) values[state.knob] = *state.value;
  }
  return values;
}

}  // namespace moderato
