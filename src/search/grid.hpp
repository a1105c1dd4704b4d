// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "search/best_told.hpp"
#include "search/searcher.hpp"

namespace moderato {

/// Every candidate once, in order; what it is told changes nothing but the
/// recommendation.
class GridSearcher : public Searcher {
 public:
  explicit GridSearcher(std::vector<Candidate> candidates) : candidates_(std::move(candidates)) {}
  std::vector<Candidate> ask(std::size_t count) override;
  void tell(const Candidate& candidate, const Score& score) override {
    told_.tell(candidate, score);
  }
  std::optional<Candidate> best() override { return told_.best(); }
  std::string why_finished() const override { return "every candidate was measured"; }

 private:
  std::vector<Candidate> candidates_;
  std::size_t next_ = 0;
  BestTold told_;
};

}  // namespace moderato
