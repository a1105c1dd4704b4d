// SPDX-License-Identifier: Apache-2.0
#include "tune/rounds.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <numeric>
#include <random>

#include "core/shuffle.hpp"
#include "space/space.hpp"
#include "tune/allocation.hpp"
#include "tune/attempts.hpp"
#include "tune/dropping.hpp"
#include "tune/findings.hpp"
#include "tune/incumbent.hpp"
#include "tune/ranking.hpp"
#include "tune/records.hpp"

namespace moderato {
namespace {

bool is_before_search_ends(Phase phase) {
  return phase == Phase::calibrate || phase == Phase::probe || phase == Phase::search;
}

}  // namespace

std::vector<std::size_t> round_order(std::size_t count, std::uint64_t seed, Phase phase,
                                     int round) {
  std::seed_seq sequence{static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32),
                         static_cast<std::uint32_t>(phase), static_cast<std::uint32_t>(round)};
  std::mt19937_64 random(sequence);
  std::vector<std::size_t> order(count);
  std::iota(order.begin(), order.end(), 0);
  shuffle(order, random);
  return order;
}

std::vector<Rounds::Turn> Rounds::turns_of(const Candidate& baseline,
                                           const std::vector<Candidate>& candidates) {
  std::vector<Turn> turns{{&baseline, 0}};
  for (const Candidate& candidate : candidates)
    turns.push_back({&candidate, 0});
  return turns;
}

Result<void> Rounds::calibrate(const Candidate& baseline, int rounds) {
  sure_ = done_ + 2 * rounds;
  for (int round = 0; round < rounds; ++round) {
    const std::vector<Turn> turns{{&baseline, 0}, {&baseline, 1}};
    if (auto ran = run_round(Phase::calibrate, round, rounds, turns); !ran) return ran;
    for (const int replicate : {0, 1}) {
      const Trial* trial = study_.find({Phase::calibrate, round, 0, replicate});
      if (trial->state != TrialState::failed) continue;
      return fail(Fault::runtime,
                  fmt::format("the baseline itself cannot be measured: {}{}{}", trial->reason,
                              trial->workload_stderr.empty() ? "" : "\n", trial->workload_stderr),
                  "run the workload by hand; the study's trials.jsonl keeps its stderr");
    }
  }
  return {};
}

Result<void> Rounds::compare(Phase phase, const Candidate& baseline,
                             std::vector<Candidate> candidates, int first_round, int rounds) {
  const int last_round = first_round + rounds;
  for (int round = first_round; round < last_round; ++round) {
    const auto next = batch_round(phase, candidates, before_round(study_.trials(), phase, round),
                                  first_round, limits_);
    say_hopeless(next.hopeless.size(), round - first_round);
    planned_ -= static_cast<int>(next.hopeless.size());
    drop_failing(candidates, next.failing, last_round - round);
    sure_ = done_ + (static_cast<int>(next.measured.size()) + 1) * (last_round - round);
    // A searcher that asks for less than a whole batch has more baselines than were planned.
    planned_ = std::max(planned_, sure_ + (phase == Phase::search ? end_.confirmation : 0));
    auto ran = run_round(phase, round, last_round, turns_of(baseline, next.measured));
    if (!ran) return ran;
  }
  return {};
}

Result<void> Rounds::confirm(const Candidate& baseline, const std::vector<Candidate>& finalists,
                             const MeasurementPlan& plan, Phase phase) {
  for (int round = 0;; ++round) {
    const auto before = before_round(study_.trials(), phase, round);
    const auto earlier = phase == Phase::reconfirm
                             ? as_confirmation(before)
                             : std::vector<Trial>(before.begin(), before.end());
    const auto next = confirmation_round(round, finalists, earlier, plan, limits_);
    if (next.over()) return {};
    planned_ = done_ + confirmation_left(finalists.size(), earlier, plan);
    auto turns = turns_of(baseline, next.members);
    if (next.baseline_twice) turns.push_back({&baseline, 1});
    const int expected = std::max(plan.confirm_rounds, round + 1);
    if (auto ran = run_round(phase, round, expected, turns); !ran) return ran;
    for (const Candidate& member : next.members)
      if (failed_too_often(before_round(study_.trials(), phase, round + 1), phase, member.number))
        say_failed(member);
  }
}

Result<void> Rounds::run_round(Phase phase, int round, int last_round,
                               const std::vector<Turn>& turns) {
  incumbent_ = incumbent_of(phase, before_round(study_.trials(), phase, round), limits_,
                            std::numeric_limits<int>::max());
  for (const std::size_t i : round_order(turns.size(), study_.header().seed, phase, round)) {
    const auto& [candidate, replicate] = turns[i];
    const Position position{.phase = phase, .round = round + 1, .rounds = last_round};
    auto taken = take_turn(*candidate, {phase, round, candidate->number, replicate}, position);
    if (!taken) return taken;
  }
  return {};
}

Result<void> Rounds::take_turn(const Candidate& candidate, const TrialKey& key, Position position) {
  ++done_;
  if (!to_be_measured(study_.trials(), key)) report(position, *study_.find(key), true);
  while (to_be_measured(study_.trials(), key)) {
    auto trial = measure_(candidate, key);
    if (!trial) return fail(trial);
    if (auto written = study_.record(*trial); !written) return written;
    report(position, *trial, false);
  }
  return {};
}

void Rounds::report(Position position, const Trial& trial, bool from_journal) {
  position.done = done_;
  position.planned = planned_;
  position.incumbent = incumbent_;
  if (position.phase == Phase::search) position.expected_gain = expected_gain_;
  position.at_most = end_.early && is_before_search_ends(position.phase);
  position.seconds_left = seconds_left(position.phase);
  progress_.trial_done(position, trial, from_journal);
}

/// The budget of time ends the search, but no batch, and neither of the confirmations.
double Rounds::seconds_left(Phase phase) const {
  if (study_.trials().empty()) return 0;
  const double spent = seconds_spent(study_.trials());
  const double each = spent / static_cast<double>(study_.trials().size());
  const double planned = each * (planned_ - done_);
  const bool to_reconfirm = phase == Phase::calibrate && study_.header().since;
  if (end_.seconds <= 0 || !is_before_search_ends(phase) || to_reconfirm) return planned;
  const double to_search = std::max(end_.seconds - spent, each * (sure_ - done_));
  return std::min(planned, to_search + each * end_.confirmation);
}

void Rounds::say_failed(const Candidate& candidate) {
  progress_.note(fmt::format("{} failed twice and is dropped", describe(candidate.settings)));
}

void Rounds::say_hopeless(std::size_t count, int rounds) {
  if (count == 0) return;
  progress_.note(
      fmt::format("worse than noise can explain, or violating a constraint, after {} round{}, and "
                  "not measured in the "
                  "next one: {} candidate{}",
                  rounds, rounds == 1 ? "" : "s", count, count == 1 ? "" : "s"));
}

void Rounds::drop_failing(std::vector<Candidate>& candidates, const std::vector<Candidate>& failing,
                          int rounds_left) {
  for (const Candidate& candidate : failing) {
    say_failed(candidate);
    std::erase_if(candidates,
                  [&](const Candidate& other) { return other.number == candidate.number; });
    planned_ -= rounds_left;
  }
}

}  // namespace moderato
