// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <vector>

#include "core/result.hpp"
#include "profile/profile.hpp"
#include "search/searcher.hpp"
#include "space/space.hpp"
#include "tune/limits.hpp"

namespace moderato {

// What a search may know of another study: the PF before the VF, one class before the next, the old
// driver before the new one. It is copied into the study that uses it, as earlier.json, so that
// this one can be resumed and read without the other.

/// The searched candidates of the study in `folder`, cut down to the knobs of `space`, with what a
/// searcher under `limits` would have been told of them. A study that has measured none of these
/// knobs is an error.
Result<std::vector<EarlierScore>> scores_of_study(const std::filesystem::path& folder,
                                                  const Space& space, const Limits& limits);

/// The comparisons of a profile as a search takes the scores of a study; those that have knobs of
/// `space`, and neither violated a constraint nor failed.
std::vector<EarlierScore> scores_of_profile(const Profile& profile, const Space& space);

/// earlier.json of a study's folder.
std::string to_json(const std::vector<EarlierScore>& scores);
Result<std::vector<EarlierScore>> parse_earlier(const std::string& text, const std::string& source);

}  // namespace moderato
