// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "agent/snapshot.hpp"
#include "core/knob.hpp"
#include "core/result.hpp"
#include "knobs/backend.hpp"

namespace moderato {

// While adaptive, some drivers show what somebody set, others the value of the moment. Only what
// somebody set may be put back; it shows once the mode is off.

/// The adaptive modes that are on in `now` and move a value of it.
std::vector<std::string> moving_modes(const Settings& now);

/// Those of `settings` that the mode moves while it is on.
Settings values_of_mode(const std::string& mode, const Settings& settings);

/// All values of the snapshot, armed or not.
Settings all_of(const Snapshot& snapshot);

/// What goes back to a device that says `now`. What it no longer has, after an update say, needs no
/// putting back unless it was armed; nor does what a mode moves, as long as nothing of ours has
/// touched it.
Settings to_put_back(const Snapshot& snapshot, const Settings& now);

/// How `wanted` is put back. What a mode moves goes first, with the mode off: while it is on, the
/// value that shows may be the wanted one by accident, and then nothing would be written.
std::vector<Settings> steps_to(const Settings& wanted);

/// The modes of `snapshot.moving` that `about_to_write` switches off, or a value of which it
/// writes.
std::vector<std::string> modes_touched(const Snapshot& snapshot, const Settings& about_to_write);

/// The modes of `snapshot.moving` that look_behind() has in hand, or had when its process was
/// killed, to judge by what the device says `now`.
std::vector<std::string> modes_in_hand(const Snapshot& snapshot, const Settings& now);

/// Switches the mode off, and gives the snapshot the values that were set behind it, on disk before
/// anything of ours takes their place. The mode is no longer among `snapshot.moving` then, and off.
/// A driver may also have reset its values with the mode; so, where they differ from those that it
/// showed, the shown ones are written and the mode goes on and off once more: only a driver that
/// keeps values then shows them again. Of one that resets values and showed those of the moment
/// nobody can tell what was set: it gets what it showed.
/// On error it is not known yet, and the next call goes on from there, in another process, too.
Result<void> look_behind(const Backends& backends, const SnapshotStore& store, Snapshot& snapshot,
                         const std::string& mode);

/// For a device where look_behind() never ends: what was found there has stood there, and so the
/// driver takes it.
Snapshot with_what_stood_behind(Snapshot snapshot);

}  // namespace moderato
