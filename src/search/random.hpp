// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "search/best_told.hpp"
#include "search/searcher.hpp"

namespace moderato {

/// The anchors, then every other candidate once, in a random order; what it is told changes nothing
/// but the recommendation. The yardstick for searchers that claim to learn.
class RandomSearcher : public Searcher {
 public:
  explicit RandomSearcher(SearchTask task);
  std::vector<Candidate> ask(std::size_t count) override;
  void tell(const Candidate& candidate, const Score& score) override {
    told_.tell(candidate, score);
  }
  std::optional<Candidate> best() override { return told_.best(); }
  std::string why_finished() const override { return "every candidate was measured"; }

 private:
  std::vector<Candidate> order_;
  std::size_t next_ = 0;
  BestTold told_;
};

}  // namespace moderato
