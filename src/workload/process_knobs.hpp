// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/knob.hpp"

namespace moderato {

/// A knob of scope `process`: it belongs to the program that owns the object, so it is set by
/// starting the program accordingly. It reaches a workload that has a parameter of its name.
struct ProcessKnob {
  std::string_view id;
  Unit unit;
  std::int64_t min, max;
  std::vector<std::string_view> names;  ///< of the values from `min` on; empty: it is a number
  std::string_view meaning;             ///< one line for people
};

/// Shared receive queue: man ibv_modify_srq. Moderation of completion queues: man ibv_modify_cq.
std::span<const ProcessKnob> process_knobs();
const ProcessKnob* find_process_knob(std::string_view id);  ///< nullptr: no such knob

/// The value as the programs take it: "blocking", "64".
std::string text_of(const ProcessKnob& knob, std::int64_t value);
/// A name of a value, or a number within the range.
std::optional<std::int64_t> value_of(const ProcessKnob& knob, const std::string& text);

/// What `text` says, if that is an integer of this range and nothing else.
std::optional<std::int64_t> integer_in(const std::string& text, std::int64_t min, std::int64_t max);

/// The two halves of a candidate: what programs are started with, and what agents write.
Settings process_part(const Settings& settings);
Settings device_part(const Settings& settings);

}  // namespace moderato
