// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "agent/snapshot.hpp"
#include "core/knob.hpp"
#include "core/result.hpp"

namespace moderato {

// Profiles of two classes need not set the same knobs. So that a switch back is one, it is kept
// what a knob had before a profile of ours first set it. Private to the module.

struct KnobHistory {
  std::string knob;
  std::int64_t original = 0;  ///< before ours
  std::int64_t ours = 0;      ///< what a profile set it to
  bool operator==(const KnobHistory&) const = default;
};
/// One a knob, or, while a profile is being written, one for each value that it may have: the
/// newest comes first.
using KnobHistories = std::vector<KnobHistory>;
using Originals = std::map<std::string, KnobHistories>;  ///< by netdev

/// `settings`, and the original of every other knob that has still what a profile gave it. What
/// others have set since, or a reload of the driver, is not ours to change.
Settings with_originals(const Settings& settings, const KnobHistories& histories,
                        const Settings& now);

/// What the histories are after `settings` have been given to a device that said `before`.
KnobHistories remembered(const KnobHistories& histories, const Settings& settings,
                         const Settings& before);

/// The same while they are being given: true of a device that has them, and of one that has what it
/// had.
KnobHistories remembered_ahead(const KnobHistories& histories, const Settings& settings,
                               const Settings& before);

/// Of this boot and network namespace. A record that cannot be read is none.
Originals load_originals(const std::filesystem::path& run_dir, const Here& now);
Result<void> save_originals(const std::filesystem::path& run_dir, const Here& now,
                            const Originals& originals);

}  // namespace moderato
