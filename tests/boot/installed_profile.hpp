// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <fstream>
#include <string>

#include "profile/profile.hpp"

namespace moderato {

inline const KnobRanges known_to_tests{{"rx-usecs", {0, 65535}}, {"rx-frames", {0, 65535}}};

/// A profile whose baseline was best, which needs no evidence.
inline Profile plain_profile(const std::string& name, const std::string& workload_class,
                             const Match& match, const Settings& settings = {{"rx-usecs", 8}}) {
  Profile profile{.name = name,
                  .workload_class = workload_class,
                  .outcome = Outcome::baseline_is_best,
                  .settings = settings,
                  .match = match};
  profile.fingerprint = {.driver = "fake", .kernel = "6.1.0", .kind = "virtual", .mtu = 1500};
  profile.evidence.policy = name;
  profile.evidence.objective = "p99";
  profile.evidence.study = "study-1";
  profile.evidence.created = "2026-01-01T00:00:00Z";
  return profile;
}

/// The same, found by measuring `asked`, of which the devices show `profile.settings`.
inline Profile proven_by(const Settings& asked, Profile profile) {
  Comparison proof;
  proof.settings = asked;
  proof.ratio_median = 0.8;
  proof.ratio_low = 0.7;
  proof.ratio_high = 0.9;
  proof.confidence = 0.95;
  proof.p_holm = 0.001;
  profile.outcome = Outcome::improved;
  profile.evidence.comparisons = {proof};
  return profile;
}

inline void put(const std::filesystem::path& file, const std::string& text) {
  std::filesystem::create_directories(file.parent_path());
  std::ofstream(file) << text;
}

inline void put(const std::filesystem::path& folder, const Profile& profile) {
  put(folder / (profile.name + ".json"), to_json(profile));
}

}  // namespace moderato
