// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

namespace moderato::workloads::nas {

/// The whole numbers from `begin` to before `end`.
struct Range {
  std::size_t begin = 0, end = 0;

  constexpr std::size_t size() const { return end - begin; }
  constexpr bool holds(std::size_t number) const { return begin <= number && number < end; }
  constexpr bool operator==(const Range&) const = default;
};

/// Part `index` of 0 to n - 1 cut into `parts` whose sizes differ by one at most. Cut into twice as
/// many, each part falls into two of those.
constexpr Range part_of(std::size_t n, std::size_t parts, std::size_t index) {
  return {n * index / parts, n * (index + 1) / parts};
}

}  // namespace moderato::workloads::nas
