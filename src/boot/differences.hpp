// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "boot/boot.hpp"

namespace moderato {

// Private to the module: what holding a device against a profile means.

/// The knobs of `wanted` whose value is another one `now`. A knob that is not told does not differ.
std::vector<Difference> differences(const Settings& wanted, const Settings& now);

/// A value that an adaptive mode overrides, and that mode is not the profile's, would be written
/// without effect, and nobody would notice. `all`: what the device says.
Result<void> check_effective(const Profile& profile, const Settings& all, const std::string& where);

/// Has `write` write `wanted`: the profile's settings, and originals that go back. If the device
/// refuses that, it shows what it does not take: the profile's settings as they were measured then,
/// and if that is refused, too, originals as 0, for which igbvf shows 1. Either way it is to show
/// `wanted` afterwards. The error is that of the first.
Result<Settings> write_or_as_measured(
    const Profile& profile, const Settings& wanted,
    const std::function<Result<Settings>(const Settings&)>& write);

}  // namespace moderato
