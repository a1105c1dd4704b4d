// SPDX-License-Identifier: Apache-2.0
#include "tune/allocation.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <set>

#include "stats/summary.hpp"
#include "tune/attempts.hpp"
#include "tune/records.hpp"
#include "tune/responses.hpp"

namespace moderato {
namespace {

/// Two finalists are apart when their medians differ by so many standard errors.
constexpr double apart = 2;
/// Standard error of a median to that of a mean, of normal values.
constexpr double median_to_mean = 1.2533;
constexpr double normal_quantile = 1.96;  ///< Repeatability::limit to its standard deviation

/// A finalist so far.
struct Runner {
  const Candidate* candidate = nullptr;
  int rounds = 0;
  double level = 0;  ///< median log ratio to the baseline
};

std::vector<Runner> runners_of(std::span<const Candidate> finalists,
                               std::span<const Trial> earlier) {
  const Records records(earlier);
  std::vector<Runner> runners;
  for (const Candidate& finalist : finalists) {
    if (failed_too_often(earlier, Phase::confirm, finalist.number)) continue;
    const auto ratios = records.log_ratios(Phase::confirm, finalist.number);
    runners.push_back({&finalist, static_cast<int>(ratios.size()),
                       ratios.empty() ? std::numeric_limits<double>::infinity() : median(ratios)});
  }
  return runners;
}

/// How many standard errors `other` is behind; 0 of one that nothing is known of.
double distance(const Runner& leader, const Runner& other, double sd) {
  if (other.rounds == 0) return 0;
  const double error = sd * median_to_mean * std::sqrt(1.0 / leader.rounds + 1.0 / other.rounds);
  return (other.level - leader.level) / error;
}

int lost_rounds(std::span<const Trial> earlier) {
  std::map<TrialKey, TrialState> last;
  for (const Trial& trial : earlier)
    if (trial.key.phase == Phase::confirm) last[trial.key] = trial.state;
  std::set<int> lost;
  for (const auto& [key, state] : last)
    if (state != TrialState::complete) lost.insert(key.round);
  return static_cast<int>(lost.size());
}

int trials_spent(std::span<const Trial> earlier) {
  std::set<TrialKey> keys;
  for (const Trial& trial : earlier)
    if (trial.key.phase == Phase::confirm) keys.insert(trial.key);
  return static_cast<int>(keys.size());
}

ConfirmationRound round_with(std::vector<Candidate> members) {
  const bool alone = members.size() == 1;
  return {std::move(members), alone};
}

ConfirmationRound everybody(const std::vector<Runner>& runners) {
  std::vector<Candidate> members;
  for (const Runner& runner : runners)
    members.push_back(*runner.candidate);
  return round_with(std::move(members));
}

void leave_out_violating(std::vector<Runner>& runners, std::span<const Candidate> finalists,
                         const Records& records, int rounds, const Limits& limits) {
  Limits early = limits;
  early.alpha *= early_share_of_alpha;
  std::erase_if(runners, [&](const Runner& runner) {
    return violates_any(records, runner.candidate->number, finalists, rounds,
                        runner.rounds < rounds ? early : limits);
  });
}

/// Who can no longer have the rounds of its test cannot be chosen. Of those who can, the leader is
/// in every round, so that one gets there.
void leave_out_late(std::vector<Runner>& runners, int trials_left, int rounds) {
  const int rounds_left = trials_left / smallest_round;
  std::erase_if(runners, [&](const Runner& one) { return one.rounds + rounds_left < rounds; });
}

}  // namespace

int confirmation_left(std::size_t finalists, std::span<const Trial> earlier,
                      const MeasurementPlan& plan) {
  const int made_up_for = std::min(lost_rounds(earlier), plan.confirm_rounds) * smallest_round;
  return confirmation_trials(plan, static_cast<int>(finalists)) + made_up_for -
         trials_spent(earlier);
}

ConfirmationRound confirmation_round(int round, std::span<const Candidate> finalists,
                                     std::span<const Trial> earlier, const MeasurementPlan& plan,
                                     const Limits& limits) {
  std::vector<Runner> runners = runners_of(finalists, earlier);
  if (runners.empty()) return {};
  if (round < std::min(opening_rounds, plan.confirm_rounds)) return everybody(runners);
  leave_out_violating(runners, finalists, Records(earlier), plan.confirm_rounds, limits);
  const int trials_left = confirmation_left(finalists.size(), earlier, plan);
  leave_out_late(runners, trials_left, plan.confirm_rounds);
  if (runners.empty()) return {};
  std::ranges::stable_sort(runners, {}, &Runner::level);
  const Runner leader = runners.front();
  if (leader.rounds == 0) return {};
  const double sd = repeatability_from(earlier).limit / normal_quantile;
  const auto rival =
      std::ranges::min_element(runners.begin() + 1, runners.end(), {},
                               [&](const Runner& other) { return distance(leader, other, sd); });
  const bool chosen = rival == runners.end() || distance(leader, *rival, sd) > apart;
  if (leader.rounds >= plan.confirm_rounds && chosen) return {};
  std::vector<Candidate> members{*leader.candidate};
  if (rival != runners.end()) members.push_back(*rival->candidate);
  ConfirmationRound next = round_with(std::move(members));
  if (next.trials() > trials_left) return {};
  return next;
}

std::vector<TrialKey> keys_of(const ConfirmationRound& members, int round) {
  if (members.over()) return {};
  std::vector<TrialKey> keys{{Phase::confirm, round, 0, 0}};
  if (members.baseline_twice) keys.push_back({Phase::confirm, round, 0, 1});
  for (const Candidate& member : members.members)
    keys.push_back({Phase::confirm, round, member.number, 0});
  return keys;
}

bool confirmation_is_over(std::span<const Candidate> finalists, std::span<const Trial> trials,
                          const MeasurementPlan& plan, const Limits& limits) {
  for (int round = 0;; ++round) {
    const auto next = confirmation_round(round, finalists,
                                         before_round(trials, Phase::confirm, round), plan, limits);
    if (next.over()) return true;
    for (const TrialKey& key : keys_of(next, round))
      if (to_be_measured(trials, key)) return false;
  }
}

}  // namespace moderato
