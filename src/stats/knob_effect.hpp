// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "stats/response.hpp"

namespace moderato {

/// Fills in what `response` says of effects: values, reference, value, effect, bound.
void measure_effects(KnobResponse& response, const KnobTrials& knob, const Repeatability& noise);

}  // namespace moderato
