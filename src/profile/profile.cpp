// SPDX-License-Identifier: Apache-2.0
#include "profile/profile.hpp"

#include <algorithm>

namespace moderato {

bool is_proven(const Comparison& comparison, double alpha) {
  return comparison.p_holm <= alpha && comparison.confidence > 0 && comparison.ratio_high < 1 &&
         !comparison.violates();
}

Settings all_settings(const Profile& profile) {
  Settings all = profile.settings;
  all.insert(profile.process.begin(), profile.process.end());
  return all;
}

const Comparison* evidence_of(const Profile& profile) {
  const auto& all = profile.evidence.comparisons;
  const auto asked = std::ranges::find(all, all_settings(profile), &Comparison::settings);
  if (asked != all.end()) return &*asked;
  const auto proven = [&](const Comparison& c) { return is_proven(c, profile.evidence.alpha); };
  return std::ranges::count_if(all, proven) == 1 ? &*std::ranges::find_if(all, proven) : nullptr;
}

Settings settings_as_measured(const Profile& profile) {
  Settings settings = profile.settings;
  const Comparison* evidence =
      profile.outcome == Outcome::improved ? evidence_of(profile) : nullptr;
  if (evidence == nullptr) return settings;
  for (auto& [knob, value] : settings) {
    const auto asked = evidence->settings.find(knob);
    if (asked != evidence->settings.end()) value = asked->second;
  }
  return settings;
}

}  // namespace moderato
