// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"
#include "core/trial.hpp"

namespace moderato {

/// Chooses what to measure next. Pure: same candidates, same seed, same answers -> same questions.
class Searcher {
 public:
  virtual ~Searcher() = default;
  /// At most `count` candidates to measure together in the next rounds; empty: nothing left to ask.
  virtual std::vector<Candidate> ask(std::size_t count) = 0;
  /// The score of a candidate that was asked for: median log ratio to the baseline of the same
  /// round, below 0 = better than the baseline. NaN: it failed in every round.
  virtual void tell(const Candidate& candidate, double score) = 0;
};

/// The names that make_searcher takes.
std::vector<std::string> searcher_names();

/// "grid": every candidate once, in the order of the space. Other names are an error.
Result<std::unique_ptr<Searcher>> make_searcher(std::string_view name,
                                                std::vector<Candidate> candidates);

}  // namespace moderato
