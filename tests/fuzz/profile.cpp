// SPDX-License-Identifier: Apache-2.0
// Profiles.
#include "profile/profile.hpp"

#include "cli/knob_ranges.hpp"
#include "fuzz/property.hpp"

using namespace moderato;
using namespace moderato::fuzz;

namespace {

const KnobRanges& device_knobs() {
  static const KnobRanges ranges = device_knob_ranges();
  return ranges;
}

Result<Profile> read(const std::string& text) {
  static const KnobRanges process = process_knob_ranges();
  return parse_profile(text, std::string(source), device_knobs(), process);
}

void within(const Settings& settings) {
  for (const auto& [knob, value] : settings) {
    const auto range = device_knobs().find(knob);
    holds(range != device_knobs().end(), "only knobs of devices are applied");
    holds(value >= range->second.first && value <= range->second.second,
          "only values that a knob takes are applied");
  }
}

/// One of them, just below what its knob takes.
Settings too_small(const Settings& settings) {
  const std::string& knob = settings.begin()->first;
  return {{knob, device_knobs().at(knob).first - 1}};
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text = text_of(data, size);
  auto profile = read(text);
  if (!profile) {
    refused_well(profile.error());
    return 0;
  }
  within(profile->settings);
  const Match& match = profile->match;
  holds(!(match.driver + match.kind + match.pci_id + match.netdev).empty(),
        "no profile matches every device");
  (void)staleness(profile->fingerprint, {});
  round_trip(*profile, read, [](const Profile& value) { return to_json(value); });
  holds(!read(with_unknown_field(text)), "an unknown field is refused");
  if (profile->settings.empty()) return 0;
  profile->settings = too_small(profile->settings);
  holds(!read(to_json(*profile)), "a value outside its range is refused");
  return 0;
}
