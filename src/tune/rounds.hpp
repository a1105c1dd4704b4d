// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "policy/policy.hpp"
#include "tune/limits.hpp"
#include "tune/progress.hpp"
#include "tune/study.hpp"

namespace moderato {

/// The order of `count` things in one round: a permutation that depends on nothing but its
/// arguments, so that a resumed study goes on as it would have.
std::vector<std::size_t> round_order(std::size_t count, std::uint64_t seed, Phase phase, int round);

/// Measures one candidate once. An error means that the study cannot go on.
using Measure = std::function<Result<Trial>(const Candidate& candidate, const TrialKey& key)>;

/// How a search may end before its plan is through, for those who watch.
struct SearchEnd {
  bool early = false;    ///< it may: its searcher may have no more to ask, or its time be spent
  double seconds = 0;    ///< the budget of time, of all trials; 0: none
  int confirmation = 0;  ///< trials that follow at most, however it ends
};

/// Runs rounds: each measures everything in play once, in random order. Trials that the journal
/// already holds are taken from it, which is all there is to resuming.
class Rounds {
 public:
  Rounds(Study& study, Measure measure, Progress& progress, int planned_trials, Limits limits = {})
      : study_(study),
        measure_(std::move(measure)),
        progress_(progress),
        limits_(std::move(limits)),
        planned_(planned_trials) {}

  /// Trials of the whole study, where more is known of them by now.
  void plan(int trials) { planned_ = trials; }
  int done() const { return done_; }  ///< trials so far
  void expect_end(const SearchEnd& end) { end_ = end; }
  /// What a further candidate may gain, for those who watch.
  void expect(std::optional<double> gain) { expected_gain_ = gain; }

  /// The baseline twice a round, against itself. A failing baseline is an error: nothing could be
  /// compared with it.
  Result<void> calibrate(const Candidate& baseline, int rounds);
  /// `rounds` rounds over baseline and candidates, as batch_round() has it; `first_round` numbers
  /// them.
  Result<void> compare(Phase phase, const Candidate& baseline, std::vector<Candidate> candidates,
                       int first_round, int rounds);
  /// Rounds over the finalists and the baseline, as confirmation_round() has it.
  Result<void> confirm(const Candidate& baseline, const std::vector<Candidate>& finalists,
                       const MeasurementPlan& plan, Phase phase = Phase::confirm);

 private:
  struct Turn {
    const Candidate* candidate;
    int replicate;
  };
  static std::vector<Turn> turns_of(const Candidate& baseline,
                                    const std::vector<Candidate>& candidates);
  Result<void> run_round(Phase phase, int round, int last_round, const std::vector<Turn>& turns);
  Result<void> take_turn(const Candidate& candidate, const TrialKey& key, Position position);
  void report(Position position, const Trial& trial, bool from_journal);
  double seconds_left(Phase phase) const;
  void drop_failing(std::vector<Candidate>& candidates, const std::vector<Candidate>& failing,
                    int rounds_left);
  void say_hopeless(std::size_t count, int rounds);
  void say_failed(const Candidate& candidate);

  Study& study_;
  Measure measure_;
  Progress& progress_;
  Limits limits_;
  std::optional<Incumbent> incumbent_;  ///< before the round that is running
  std::optional<double> expected_gain_;
  SearchEnd end_;
  int planned_;
  int done_ = 0;
  int sure_ = 0;  ///< so many trials are done before anything ends the calibration or the batch
};

}  // namespace moderato
