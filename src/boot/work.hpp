// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "boot/apply_installed.hpp"
#include "boot/originals.hpp"

namespace moderato {

// Private to the module: the netdevs of a run of apply_installed(), each with what is to be done.

/// One netdev on its way through a run.
struct Work {
  const Profile* profile = nullptr;   ///< empty: it has none
  bool open = false;                  ///< there is something to do yet
  Settings wanted;                    ///< the profile's settings, and what goes back to what it was
  Settings before;                    ///< all that the device said
  KnobHistories* recorded = nullptr;  ///< in the record of the run
  std::optional<KnobHistories> known_before;  ///< as recorded, once it may have been written
  bool in_a_batch = false;                    ///< was written, or tried to
  NetdevOutcome outcome;

  const std::string& netdev() const { return outcome.netdev; }
  void end(NetdevEnd how) {
    outcome.end = how;
    open = false;
  }
  void end(Error why) {
    outcome.why = std::move(why);
    end(NetdevEnd::failed);
  }
};
using Works = std::vector<Work>;
using OpenWorks = std::vector<Work*>;

bool is_late(const BootRun& run);

/// Those that a run still has something to do with.
OpenWorks still_open(Works& works);

/// All that the backends of the wanted knobs say of each of these netdevs.
std::vector<Settings> read_all(const Backends& backends, const OpenWorks& open);

/// Whether the device tells all of the knobs, whatever their values.
bool has_all(const Settings& now, const Settings& wanted);

}  // namespace moderato
