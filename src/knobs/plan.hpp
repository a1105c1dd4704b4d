// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "core/knob.hpp"

namespace moderato {

// The decisions behind apply_settings, as pure functions. `now` is everything that the device says,
// also of knobs that nobody wants to change.

/// What has to be written: `modes` first, and after a new look at the device (a mode may reset
/// values) `values`. Knobs that have the wanted value already are in neither.
struct WritePlan {
  Settings modes;
  Settings values;
};
WritePlan plan_writes(const Settings& wanted, const Settings& now);

/// Whether the knob says how others work.
bool is_mode(std::string_view knob);

/// adaptive-rx, adaptive-tx.
bool is_adaptive_mode(std::string_view knob);

/// While rx (tx) is adaptive, rx-usecs and rx-frames (tx-...) show the value of the moment.
bool moves_by_itself(std::string_view knob, const Settings& now);

/// The adaptive modes that are on and own one of `values`, as they are: what a driver that refuses
/// values while adaptive wants switched off for a moment.
Settings modes_in_the_way(const Settings& values, const Settings& now);

/// What a change of modes moved although nobody asked for it, with the values of before. Only
/// values that stand still: what a mode moved by itself, before or now, was the value of a moment.
Settings moved_unasked(const Settings& wanted, const Settings& before, const Settings& now);

/// What to report of `wanted` when the device says `now`: the device's values, except of knobs that
/// move by themselves. A knob that the device does not tell is left out.
Settings effective_values(const Settings& wanted, const Settings& now);

}  // namespace moderato
