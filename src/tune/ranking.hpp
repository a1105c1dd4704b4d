// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/trial.hpp"
#include "policy/policy.hpp"
#include "profile/profile.hpp"
#include "space/space.hpp"

namespace moderato {

// After an upgrade the question is seldom which settings are best, but whether the old ones still
// are. A profile ranks a few candidates: its winner, the runners-up, and the baseline that they
// were held against. That ranking is measured again first, by the same confirmation; only if it
// does not stand is there a new search. Pure, but for the file.

/// The ranking of a profile, as a study measures it again. Part of the study's header: since.json.
struct OldRanking {
  std::string profile;               ///< the file that it was read from
  std::string study;                 ///< that had found it
  std::vector<std::string> changed;  ///< parts of the fingerprint that have changed since
  Settings winner;                   ///< what the profile sets
  /// Measured beside the baseline: winner, runners-up, old baseline, as far as they differ from it.
  std::vector<Candidate> contenders;
  /// Where the profile is in force: the baseline of the profile, which the study takes for its own
  /// in place of the settings found. Nothing: the settings found are the baseline.
  std::optional<Settings> baseline;
  std::string cannot;  ///< why it cannot be measured again, and does not stand; empty: it can

  bool operator==(const OldRanking&) const;
};

/// Where a study that asks about a ranking starts.
struct StartingPoint {
  Space space;                    ///< without what the devices do not have
  std::optional<Settings> found;  ///< nothing: the endpoints differ
  int finalists = 3;              ///< as many are confirmed, at most
};

/// `old_baseline`: what the profile's study began with, where that is known; else the profile's
/// evidence may know. Leaves file, study and changes to the caller.
OldRanking ranking_of(const Profile& profile, const std::optional<Settings>& old_baseline,
                      const StartingPoint& start);

/// Whether a ranking stands, by what was measured again.
struct RankingVerdict {
  bool over = false;    ///< all rounds are on record; nothing below counts before
  bool stands = false;  ///< the winner is proven better than the baseline, and nothing than it
  std::string reason;   ///< in words, with figures
  std::vector<Comparison> comparisons;  ///< contenders with the baseline, in their order
};
RankingVerdict judge(const OldRanking& ranking, std::span<const Trial> trials, const Policy& policy,
                     std::uint64_t seed);

/// The trials as if the ranking's own confirmation were that of the study. What comes after it is
/// left out, so that no later trial decides it again.
std::vector<Trial> as_confirmation(std::span<const Trial> trials);

/// "the ranking of P stands, because ..."; before it is over: "whether the ranking of P stands is
/// not known yet".
std::string describe(const OldRanking& ranking, const RankingVerdict& verdict);

/// since.json of a study's folder.
std::string to_json(const OldRanking& ranking);
Result<OldRanking> parse_ranking(const std::string& text, const std::string& source);

}  // namespace moderato
