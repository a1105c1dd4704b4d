// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "profile/profile.hpp"

namespace moderato {

/// Private to the module: what writer and reader of profiles agree on.
inline constexpr std::string_view profile_schema = "moderato-profile/1";

constexpr std::string_view name_of(Outcome outcome) {
  return outcome == Outcome::improved ? "improved" : "baseline_is_best";
}

}  // namespace moderato
