// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "agent/client.hpp"
#include "core/link.hpp"
#include "profile/profile.hpp"

namespace moderato {

/// A host on which profiles are applied or verified.
struct Target {
  std::string host;
  Argv launch_prefix;
  std::string netdev;  ///< "": every netdev that the profile matches
};

/// One knob whose value is not the profile's.
struct Difference {
  std::string knob;
  std::int64_t wanted = 0, now = 0;
};

/// One device that a profile matches.
struct DeviceOutcome {
  std::string where;                 ///< "node7/eth2"
  std::vector<Difference> differed;  ///< before anything was written
  std::vector<std::string> stale;    ///< parts of the fingerprint that have changed
};

/// Applies `profile` at `target`: only values that differ are written, everything is read back, and
/// either every matching device of the host ends up with the profile or none is changed. A device
/// asked for by name that does not match, or a host where nothing matches, is refused with the
/// reasons. `dry_run` writes nothing.
Result<std::vector<DeviceOutcome>> apply_profile(const Profile& profile, const Target& target,
                                                 const AgentProgram& program, bool dry_run);

/// Reads and compares; writes nothing.
Result<std::vector<DeviceOutcome>> verify_profile(const Profile& profile, const Target& target,
                                                  const AgentProgram& program);

}  // namespace moderato
