// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

#include "policy/policy.hpp"
#include "tune/limits.hpp"
#include "tune/study.hpp"

namespace moderato {

/// A profile whose ranking is to be measured again, and what is left of the study that wrote it.
struct SinceProfile {
  std::filesystem::path file;
  Profile profile;
  std::filesystem::path study;  ///< its folder; empty: it is not there
};

/// The ranking of the profile, as the link of `header` can measure it again. A link that the
/// profile is not for is refused.
Result<OldRanking> ranking_since(const SinceProfile& since, const Policy& policy,
                                 const StudyHeader& header);

/// What the search begins with, should the ranking not stand: what the old study had searched, else
/// what the profile itself knows.
std::vector<EarlierScore> learn_since(const SinceProfile& since, const Space& space,
                                      const Limits& limits);

}  // namespace moderato
