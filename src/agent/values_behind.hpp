// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "core/knob.hpp"
#include "knobs/backend.hpp"

namespace moderato {

/// The adaptive modes that are on in `now` and that `about_to_write` switches off, as they are.
Settings modes_going_off(const Settings& now, const Settings& about_to_write);

/// While adaptive, some drivers show what somebody set, others the value of the moment. Switches
/// `modes` off and returns what was set behind them, as far as that is not what was `shown`.
/// A driver may also have reset its values with the mode; so, where they differ, the shown ones are
/// written and the modes go on and off once more: only a driver that keeps values then shows them
/// again. An error on the way: nothing was learnt, and the writes to come will meet it, too.
Settings values_behind(const Backends& backends, const std::string& netdev, const Settings& modes,
                       const Settings& shown);

}  // namespace moderato
