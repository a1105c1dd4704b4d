// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string_view>

#include "core/knob.hpp"

namespace moderato {

/// How a knob is reached.
enum class Access { ethtool, napi_sysfs };

/// One row of the table of knobs. Ranges are what the kernel's attribute can carry and any known
/// driver takes; a driver's own, narrower range shows only when it refuses.
struct Knob {
  std::string_view id;  ///< the name that ethtool(8) uses: "rx-usecs", "napi-defer-hard-irqs"
  Access access;
  Scope scope;
  Unit unit;
  bool is_mode;             ///< adaptive and CQE mode: written first, may reset the others
  std::uint16_t attribute;  ///< ETHTOOL_A_COALESCE_*, 0 for napi_sysfs
  std::int64_t min, max;
  std::string_view meaning;  ///< one line for people
};

std::span<const Knob> catalogue();
const Knob* find_knob(std::string_view id);  ///< nullptr: no such knob

}  // namespace moderato
