// SPDX-License-Identifier: Apache-2.0
#include "tune/ranking.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "tune/allocation.hpp"
#include "tune/analysis.hpp"
#include "tune/limits.hpp"
#include "workload/process_knobs.hpp"

namespace moderato {
namespace {

bool covers(const Space& space, const Settings& settings) {
  return settings.size() == space.parameters.size() &&
         std::ranges::all_of(space.parameters, [&](const Parameter& parameter) {
           return settings.contains(parameter.knob);
         });
}

/// Why the old winner is no candidate of the space; empty: it is one.
std::string why_foreign(const Space& space, const Settings& winner) {
  if (winner.empty()) return "it holds no settings";
  for (const auto& [knob, value] : winner)
    if (std::ranges::find(space.parameters, knob, &Parameter::knob) == space.parameters.end())
      return fmt::format("{} is no longer searched: the devices or the policy do not have it",
                         knob);
  for (const Parameter& parameter : space.parameters)
    if (!winner.contains(parameter.knob))
      return fmt::format("it says nothing of {}, which the policy searches", parameter.knob);
  return {};
}

/// What else was confirmed, best first. The winner was asked for by other values where a driver had
/// rounded them; it is not measured twice.
std::vector<Settings> runners_up(const Profile& profile, const Settings& winner,
                                 const Space& space) {
  const auto& comparisons = profile.evidence.comparisons;
  const bool by_name =
      std::ranges::find(comparisons, winner, &Comparison::settings) != comparisons.end();
  const auto won = profile.outcome == Outcome::improved && !by_name
                       ? moderato::winner(comparisons, profile.evidence.alpha)
                       : std::nullopt;
  std::vector<Settings> others;
  for (std::size_t i = 0; i < comparisons.size(); ++i) {
    const Settings& settings = comparisons[i].settings;
    if (i != won && settings != winner && covers(space, settings)) others.push_back(settings);
  }
  return others;
}

/// The profile is what the devices have now: the found settings are those of its winner.
bool is_in_force(const Settings& winner, const std::optional<Settings>& found) {
  return found && !device_part(winner).empty() && device_part(winner) == device_part(*found);
}

std::string percent_of(double relative) {
  return fmt::format("{:+.1f} %", 100 * relative);
}

/// "p99 -12.3 % (96.5 % interval -15.0 % to -9.9 %), p = 0.0012, 15 rounds".
std::string figures(const Comparison& c, const Policy& policy) {
  const std::string interval =
      c.confidence > 0 ? fmt::format(" ({:.1f} % interval {} to {})", 100 * c.confidence,
                                     percent_of(c.ratio_low - 1), percent_of(c.ratio_high - 1))
                       : "";
  const std::string p = c.tested_rounds > 0 ? fmt::format("p = {:.2g}", c.p_holm) : "not tested";
  return fmt::format("{} {}{}, {}, {} rounds", name_of(policy.objective),
                     percent_of(c.ratio_median - 1), interval, p, c.rounds);
}

/// The other contenders, held against the winner instead of the baseline: its trials change places
/// with the baseline's.
std::vector<Comparison> against_winner(const OldRanking& ranking, std::span<const Trial> trials,
                                       int winner_number, Confirmed how) {
  how.limits = {};  // they are demands on ratios to the baseline
  std::vector<Trial> swapped;
  for (Trial trial : trials) {
    if (trial.key.phase != Phase::confirm || trial.key.replicate != 0) continue;
    if (trial.key.candidate == 0 || trial.key.candidate == winner_number)
      trial.key.candidate = winner_number - trial.key.candidate;
    swapped.push_back(std::move(trial));
  }
  std::vector<Candidate> others = ranking.contenders;
  std::erase_if(others, [&](const Candidate& one) { return one.number == winner_number; });
  return compare(others, swapped, how);
}

/// What the trials of a candidate that could never be measured say.
std::string why_unmeasured(std::span<const Trial> trials, int number) {
  for (const Trial& trial : trials)
    if (trial.key.phase == Phase::confirm && trial.key.candidate == number &&
        trial.state != TrialState::complete)
      return trial.reason;
  return "there are no rounds of it";
}

/// Of a winner that was left behind before it could be tested.
std::string why_behind(const Comparison& winner, const std::vector<Comparison>& all) {
  const auto leader = std::ranges::min_element(all, {}, [](const Comparison& c) {
    return c.rounds > 0 ? c.ratio_median : std::numeric_limits<double>::infinity();
  });
  return fmt::format("{} fell behind {}: {} against {}, medians of {} and {} rounds",
                     describe(winner.settings), describe(leader->settings),
                     percent_of(winner.ratio_median - 1), percent_of(leader->ratio_median - 1),
                     winner.rounds, leader->rounds);
}

std::string why_not_proven(const RankingVerdict& verdict, std::size_t index,
                           std::span<const Trial> trials, int number, const Policy& policy) {
  const Comparison& winner = verdict.comparisons[index];
  const std::string who = describe(winner.settings);
  if (winner.rounds == 0)
    return fmt::format("{} could not be measured: {}", who, why_unmeasured(trials, number));
  if (winner.violates()) return who + " violates a constraint of the policy";
  if (winner.fails())
    return fmt::format("{} failed in {} rounds: {}", who, winner.failed_rounds,
                       why_unmeasured(trials, number));
  if (winner.tested_rounds == 0) return why_behind(winner, verdict.comparisons);
  return fmt::format("{} is not proven better than the baseline: {}", who, figures(winner, policy));
}

/// The winner is the baseline itself: it stands as long as something was held against it, and
/// nothing is better.
void judge_baseline(RankingVerdict& verdict, const OldRanking& ranking, const Policy& policy) {
  const bool tested = std::ranges::any_of(verdict.comparisons,
                                          [](const Comparison& c) { return c.tested_rounds > 0; });
  if (!tested) {
    verdict.reason = fmt::format("nothing could be measured beside {}, which is in force",
                                 describe(ranking.winner));
    return;
  }
  const auto better = winner(verdict.comparisons, policy.alpha);
  verdict.stands = !better;
  verdict.reason =
      better ? fmt::format("{} is better: {}", describe(verdict.comparisons[*better].settings),
                           figures(verdict.comparisons[*better], policy))
             : fmt::format("nothing is proven better than {}, which is in force",
                           describe(ranking.winner));
}

void judge_winner(RankingVerdict& verdict, const OldRanking& ranking, std::span<const Trial> trials,
                  const Policy& policy, const Confirmed& how, std::size_t index) {
  const Comparison& won = verdict.comparisons[index];
  const int number = ranking.contenders[index].number;
  if (!is_proven(won, policy.alpha)) {
    verdict.reason = why_not_proven(verdict, index, trials, number, policy);
    return;
  }
  auto rivals = against_winner(ranking, trials, number, how);
  std::erase_if(rivals, [&](const Comparison& rival) {
    return std::ranges::find(verdict.comparisons, rival.settings, &Comparison::settings)
        ->violates();
  });
  if (const auto better = winner(rivals, policy.alpha)) {
    verdict.reason = fmt::format("{} is better than {}: {}", describe(rivals[*better].settings),
                                 describe(won.settings), figures(rivals[*better], policy));
    return;
  }
  verdict.stands = true;
  verdict.reason = fmt::format(
      "{} is better than the baseline, {}, and nothing is proven better "
      "than it",
      describe(won.settings), figures(won, policy));
}

}  // namespace

bool OldRanking::operator==(const OldRanking& other) const {
  const auto same = [](const Candidate& a, const Candidate& b) {
    return a.number == b.number && a.settings == b.settings;
  };
  return profile == other.profile && study == other.study && changed == other.changed &&
         winner == other.winner && baseline == other.baseline && cannot == other.cannot &&
         std::ranges::equal(contenders, other.contenders, same);
}

OldRanking ranking_of(const Profile& profile, const std::optional<Settings>& old_baseline,
                      const StartingPoint& start) {
  OldRanking ranking{.profile = {}, .study = {}, .changed = {}, .winner = all_settings(profile)};
  ranking.cannot = why_foreign(start.space, ranking.winner);
  if (!ranking.cannot.empty()) return ranking;
  const Settings& recorded = profile.evidence.baseline_settings;
  std::optional<Settings> before = old_baseline;
  if (!before && !recorded.empty()) before = recorded;
  if (before && !covers(start.space, *before)) before.reset();
  if (before && *before != ranking.winner && is_in_force(ranking.winner, start.found))
    ranking.baseline = before;
  const auto baseline = ranking.baseline ? ranking.baseline : start.found;
  std::vector<Settings> wanted = runners_up(profile, ranking.winner, start.space);
  wanted.resize(
      std::min(wanted.size(), static_cast<std::size_t>(std::max(start.finalists - 1, 0))));
  wanted.insert(wanted.begin(), ranking.winner);
  if (before) wanted.push_back(*before);
  for (const Settings& settings : wanted) {
    if (settings == baseline) continue;
    const auto there = std::ranges::find(ranking.contenders, settings, &Candidate::settings);
    if (there != ranking.contenders.end()) continue;
    ranking.contenders.push_back({static_cast<int>(ranking.contenders.size()) + 1, settings});
  }
  if (ranking.contenders.empty())
    ranking.cannot = "its winner is in force, and it names nothing to hold it against";
  return ranking;
}

std::vector<Trial> as_confirmation(std::span<const Trial> trials) {
  std::vector<Trial> seen;
  for (const Trial& trial : trials) {
    if (trial.key.phase != Phase::calibrate && trial.key.phase != Phase::reconfirm) continue;
    seen.push_back(trial);
    if (trial.key.phase == Phase::reconfirm) seen.back().key.phase = Phase::confirm;
  }
  return seen;
}

RankingVerdict judge(const OldRanking& ranking, std::span<const Trial> trials, const Policy& policy,
                     std::uint64_t seed) {
  if (!ranking.cannot.empty()) return {.over = true, .reason = ranking.cannot, .comparisons = {}};
  const std::vector<Trial> confirmation = as_confirmation(trials);
  const Limits limits = limits_of(policy, seed);
  const Confirmed how{policy.plan.confirm_rounds, seed, limits};
  RankingVerdict verdict{
      .over = confirmation_is_over(ranking.contenders, confirmation, policy.plan, limits),
      .reason = {},
      .comparisons = compare(ranking.contenders, confirmation, how)};
  const auto won = std::ranges::find(ranking.contenders, ranking.winner, &Candidate::settings);
  if (!verdict.over) return verdict;
  if (won == ranking.contenders.end())
    judge_baseline(verdict, ranking, policy);
  else
    judge_winner(verdict, ranking, confirmation, policy, how,
                 static_cast<std::size_t>(won - ranking.contenders.begin()));
  return verdict;
}

std::string describe(const OldRanking& ranking, const RankingVerdict& verdict) {
  if (!verdict.over)
    return fmt::format("whether the ranking of {} stands is not known yet", ranking.profile);
  return fmt::format("the ranking of {} {}, because {}", ranking.profile,
                     verdict.stands ? "stands" : "does not stand", verdict.reason);
}

}  // namespace moderato
