// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <map>
#include <string>
#include <vector>

#include "search/best_told.hpp"
#include "search/searcher.hpp"

namespace moderato {

/// What tuning guides teach: from the baseline on, all values of one knob while the others stay, on
/// to the best of them, then the next knob; until no knob helps any more.
class OneFactorSearcher : public Searcher {
 public:
  explicit OneFactorSearcher(SearchTask task);
  std::vector<Candidate> ask(std::size_t count) override;
  void tell(const Candidate& candidate, const Score& score) override;
  std::optional<Candidate> best() override { return told_.best(); }
  std::string why_finished() const override { return "no change of a single knob helps any more"; }

 private:
  void start_next_knob();
  std::size_t steps_apart(const Settings& a, const Settings& b, const std::string& but) const;
  const Candidate* closest(const std::string& knob, std::int64_t value) const;

  SearchTask task_;
  std::map<int, double> scores_;
  Settings here_;
  double score_here_ = 0;
  std::size_t knob_ = 0, knobs_without_gain_ = 0;
  std::deque<Candidate> waiting_;
  BestTold told_;
};

}  // namespace moderato
