// SPDX-License-Identifier: Apache-2.0
#include "core/trial.hpp"

#include <array>

namespace moderato {
namespace {

constexpr std::array<std::string_view, 5> phase_names{"calibrate", "search", "confirm", "probe",
                                                      "reconfirm"};
constexpr std::array<std::string_view, 3> state_names{"complete", "failed", "void"};

template <typename Enum, std::size_t n>
std::optional<Enum> find(const std::array<std::string_view, n>& names, std::string_view name) {
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (names[i] == name) return static_cast<Enum>(i);
  }
  return std::nullopt;
}

}  // namespace

std::string_view name_of(Phase phase) {
  return phase_names[static_cast<std::size_t>(phase)];
}
std::string_view name_of(TrialState state) {
  return state_names[static_cast<std::size_t>(state)];
}
std::optional<Phase> phase_from(std::string_view name) {
  return find<Phase>(phase_names, name);
}
std::optional<TrialState> trial_state_from(std::string_view name) {
  return find<TrialState>(state_names, name);
}

}  // namespace moderato
