// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"
#include "core/trial.hpp"
#include "space/space.hpp"

namespace moderato {

/// What was measured of a candidate so far.
struct Score {
  double log_ratio = 0;  ///< median over the rounds of log(its score / the baseline's); below 0 =
                         ///< better than the baseline. NaN: it failed in every round
  int rounds = 1;        ///< that the median is of
};

/// What another study found: on another function of the NIC, of another class, with another driver.
struct EarlierScore {
  Settings settings;
  Score score;  ///< in relation to the baseline of that study
};

/// What is known before the search.
struct SearchTask {
  Space space;                        ///< the axes, and which of them a mode switches off
  Settings baseline;                  ///< candidate 0, whose score is 0 by definition
  std::vector<Candidate> candidates;  ///< those that may be asked for, each once
  std::vector<Settings> anchors;  ///< settings to look at before all others, in this order; what
                                  ///< one does not name is the baseline's
  std::vector<EarlierScore> earlier;  ///< may mislead: how much it is worth shows in the search
  std::uint64_t seed = 1;
  double spread = 0.02;  ///< robust standard deviation of a log ratio of one round, by calibration
  double worthwhile =
      0;  ///< log ratio: a lower gain expected beyond 1 % is not worth a trial; 0: all are
};

/// Chooses what to measure next. Pure: same task, same answers -> same questions, bit for bit.
class Searcher {
 public:
  virtual ~Searcher() = default;
  /// At most `count` candidates to measure together in the next rounds, none of them twice; empty:
  /// nothing left to ask.
  virtual std::vector<Candidate> ask(std::size_t count) = 0;
  /// The score of a candidate that was asked for.
  virtual void tell(const Candidate& candidate, const Score& score) = 0;
  /// The gain (log ratio) that it expects of the best further candidate, by what it knew when it
  /// was last asked; nothing: it expects nothing, for it has no model, or not yet.
  virtual std::optional<double> expected_gain() const { return std::nullopt; }
  /// Once ask() was empty: why, in words.
  virtual std::string why_finished() const = 0;
};

/// The names that make_searcher takes.
std::vector<std::string> searcher_names();

/// "grid", "random", "one-factor", "bayesian"; other names are an error.
Result<std::unique_ptr<Searcher>> make_searcher(std::string_view name, SearchTask task);

}  // namespace moderato
