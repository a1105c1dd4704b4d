// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "search/searcher.hpp"

namespace moderato {

/// The anchors, then every other candidate once, in a random order; what it is told changes
/// nothing. The yardstick for searchers that claim to learn.
class RandomSearcher : public Searcher {
 public:
  explicit RandomSearcher(SearchTask task);
  std::vector<Candidate> ask(std::size_t count) override;
  void tell(const Candidate&, const Score&) override {}
  std::string why_finished() const override { return "every candidate was measured"; }

 private:
  std::vector<Candidate> order_;
  std::size_t next_ = 0;
};

}  // namespace moderato
