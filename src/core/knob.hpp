// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace moderato {

/// Who owns a setting, and therefore who can set it.
enum class Scope {
  device,   ///< ethtool, NAPI: root can set it, a boot profile can hold it
  node,     ///< of the host as a whole, such as IRQ affinity
  process,  ///< belongs to the process that owns the object (SRQ limit, CQ moderation)
  launch,   ///< environment or MCA parameters of an MPI library
};

enum class Unit {
  none,
  microseconds,
  nanoseconds,
  frames,
  packets_per_second,
  seconds,
  bytes,
  boolean
};

std::string_view name_of(Unit unit);  ///< for people: "us", "ns", "frames", "" for none

/// Values by knob id, the whole vocabulary of settings: "rx-usecs" -> 16. Booleans are 0 and 1.
using Settings = std::map<std::string, std::int64_t>;
std::string describe(const Settings& settings);  ///< "rx-frames=1 rx-usecs=16"

/// What a host says of one knob of one device.
struct KnobState {
  std::string knob;                   ///< id, as in the catalogue of `knobs`
  std::optional<std::int64_t> value;  ///< empty exactly where `why_not` says why
  std::string why_not;                ///< "the driver does not report it", "not permitted", ...

  bool supported() const { return value.has_value(); }
};

/// The values of those that have one.
Settings values_of(const std::vector<KnobState>& states);

}  // namespace moderato
