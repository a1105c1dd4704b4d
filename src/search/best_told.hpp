// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <map>
#include <optional>
#include <utility>

#include "core/trial.hpp"
#include "search/searcher.hpp"

namespace moderato {

/// What a searcher without a model recommends: the lowest score that it was told, of equals the
/// first candidate. Private to the module.
class BestTold {
 public:
  void tell(const Candidate& candidate, const Score& score) {
    if (std::isnan(score.log_ratio)) {
      told_.erase(candidate.number);
    } else {
      told_[candidate.number] = {score.log_ratio, candidate};
    }
  }
  std::optional<Candidate> best() const {
    const std::pair<double, Candidate>* least = nullptr;
    for (const auto& [number, told] : told_)
      if (least == nullptr || told.first < least->first) least = &told;
    return least == nullptr ? std::nullopt : std::optional(least->second);
  }

 private:
  std::map<int, std::pair<double, Candidate>> told_;
};

}  // namespace moderato
