// SPDX-License-Identifier: Apache-2.0
#include "tune/rounds.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <random>

#include "core/shuffle.hpp"
#include "space/space.hpp"
#include "tune/findings.hpp"

namespace moderato {
namespace {

/// How often a trial that somebody disturbed is measured again before its round goes without it.
constexpr int attempts_at_void = 3;
/// Without the baseline a round is worth nothing, so one failure of it is not the last word.
constexpr int attempts_at_baseline = 2;
constexpr int failures_allowed = 1;

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

Result<void> Rounds::calibrate(const Candidate& baseline, int rounds) {
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
    std::vector<Turn> turns{{&baseline, 0}};
    for (const Candidate& candidate : candidates)
      turns.push_back({&candidate, 0});
    if (auto ran = run_round(phase, round, last_round, turns); !ran) return ran;
    drop_failing(candidates, phase, first_round, round + 1, last_round);
  }
  return {};
}

Result<void> Rounds::run_round(Phase phase, int round, int last_round,
                               const std::vector<Turn>& turns) {
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
  if (const Trial* recorded = study_.find(key); recorded != nullptr && !again(*recorded))
    report(position, *recorded, true);
  for (const Trial* recorded = study_.find(key); recorded == nullptr || again(*recorded);
       recorded = study_.find(key)) {
    auto trial = measurer_.measure(candidate, key);
    if (!trial) return fail(trial);
    if (auto written = study_.record(*trial); !written) return written;
    report(position, *trial, false);
  }
  return {};
}

/// Whether a trial, whose last record this is, is to be measured once more.
bool Rounds::again(const Trial& recorded) const {
  const int times = study_.times_recorded(recorded.key);
  if (recorded.state == TrialState::void_trial) return times < attempts_at_void;
  return recorded.state == TrialState::failed && recorded.key.candidate == 0 &&
         times < attempts_at_baseline;
}

void Rounds::report(Position position, const Trial& trial, bool from_journal) {
  position.done = done_;
  position.planned = planned_;
  const auto recorded = static_cast<double>(study_.trials().size());
  position.seconds_left =
      recorded > 0 ? seconds_spent(study_.trials()) / recorded * (planned_ - done_) : 0;
  progress_.trial_done(position, trial, from_journal);
}

void Rounds::drop_failing(std::vector<Candidate>& candidates, Phase phase, int first_round,
                          int next_round, int last_round) {
  const auto failures = [&](const Candidate& candidate) {
    return std::ranges::count_if(study_.trials(), [&](const Trial& trial) {
      return trial.key.phase == phase && trial.key.candidate == candidate.number &&
             trial.key.round >= first_round && trial.key.round < next_round &&
             trial.state == TrialState::failed;
    });
  };
  const auto dropped = std::erase_if(candidates, [&](const Candidate& candidate) {
    if (failures(candidate) <= failures_allowed) return false;
    progress_.note(fmt::format("{} failed twice and is dropped", describe(candidate.settings)));
    return true;
  });
  planned_ -= static_cast<int>(dropped) * (last_round - next_round);
}

}  // namespace moderato
