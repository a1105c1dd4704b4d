// SPDX-License-Identifier: Apache-2.0
#include "tune/earlier.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "tune/analysis.hpp"
#include "tune/searching.hpp"
#include "tune/study.hpp"

namespace moderato {
namespace {

std::vector<Candidate> searched(const std::vector<Trial>& trials) {
  std::map<int, Settings> found;
  for (const Trial& trial : trials)
    if (trial.key.phase == Phase::search && trial.key.candidate != 0)
      found[trial.key.candidate] = trial.settings;
  std::vector<Candidate> candidates;
  for (const auto& [number, settings] : found)
    candidates.push_back({number, settings});
  return candidates;
}

Settings within(Settings settings, const Space& space) {
  std::erase_if(settings, [&](const auto& setting) {
    return std::ranges::find(space.parameters, setting.first, &Parameter::knob) ==
           space.parameters.end();
  });
  return settings;
}

}  // namespace

Result<std::vector<EarlierScore>> scores_of_study(const std::filesystem::path& folder,
                                                  const Space& space, const Limits& limits) {
  const auto record = read_study(folder);
  if (!record) return fail(record);
  std::vector<EarlierScore> scores;
  for (const Standing& standing : standings(searched(record->trials), record->trials, limits)) {
    Settings settings = within(standing.candidate.settings, space);
    if (!standing.ratio_median || settings.empty()) continue;
    scores.push_back({std::move(settings), {told_ratio(standing), standing.rounds}});
  }
  if (!scores.empty()) return scores;
  return fail(
      Fault::usage,
      fmt::format("{}: this study has searched none of the knobs of the policy", folder.string()),
      "name a study of a similar policy, or leave --from out");
}

std::vector<EarlierScore> scores_of_profile(const Profile& profile, const Space& space) {
  std::vector<EarlierScore> scores;
  for (const Comparison& comparison : profile.evidence.comparisons) {
    Settings settings = within(comparison.settings, space);
    const bool usable = comparison.rounds > 0 && !comparison.violates() && !comparison.fails();
    if (usable && !settings.empty())
      scores.push_back(
          {std::move(settings), {std::log(comparison.ratio_median), comparison.rounds}});
  }
  return scores;
}

}  // namespace moderato
