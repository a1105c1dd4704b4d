// SPDX-License-Identifier: Apache-2.0
#include "search/grid.hpp"

#include <algorithm>

namespace moderato {

std::vector<Candidate> GridSearcher::ask(std::size_t count) {
  const auto first = candidates_.begin() + static_cast<std::ptrdiff_t>(next_);
  count = std::min(count, candidates_.size() - next_);
  next_ += count;
  return {first, first + static_cast<std::ptrdiff_t>(count)};
}

}  // namespace moderato
