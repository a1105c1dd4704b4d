// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "profile/profile.hpp"

namespace moderato {

// What documents may hold, from the catalogues of knobs.

KnobRanges device_knob_ranges();
KnobRanges process_knob_ranges();

}  // namespace moderato
