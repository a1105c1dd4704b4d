// SPDX-License-Identifier: Apache-2.0
#include "cli/knob_ranges.hpp"

#include "knobs/catalogue.hpp"
#include "workload/process_knobs.hpp"

namespace moderato {

KnobRanges device_knob_ranges() {
  KnobRanges ranges;
  for (const Knob& knob : catalogue())
    ranges[std::string(knob.id)] = {knob.min, knob.max};
  return ranges;
}

KnobRanges process_knob_ranges() {
  KnobRanges ranges;
  for (const ProcessKnob& knob : process_knobs())
    ranges[std::string(knob.id)] = {knob.min, knob.max};
  return ranges;
}

}  // namespace moderato
