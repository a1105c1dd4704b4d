// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "search/searcher.hpp"

namespace moderato {

/// Every candidate once, in order; what it is told changes nothing.
class GridSearcher : public Searcher {
 public:
  explicit GridSearcher(std::vector<Candidate> candidates) : candidates_(std::move(candidates)) {}
  std::vector<Candidate> ask(std::size_t count) override;
  void tell(const Candidate&, const Score&) override {}
  std::string why_finished() const override { return "every candidate was measured"; }

 private:
  std::vector<Candidate> candidates_;
  std::size_t next_ = 0;
};

}  // namespace moderato
