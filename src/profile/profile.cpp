// SPDX-License-Identifier: Apache-2.0
#include "profile/profile.hpp"

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

}  // namespace moderato
