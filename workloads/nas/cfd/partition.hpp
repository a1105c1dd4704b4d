// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace moderato::workloads::nas::cfd {

/// Part of the points 1 to points - 2 inside a line of `points`.
struct Part {
  int first, size;
};

/// Part `index` of `parts`; the first ones are larger by one point if it does not come out even.
constexpr Part part_of(int points, int parts, int index) {
  const int inside = points - 2, size = inside / parts, larger = inside % parts;
  return {1 + index * size + (index < larger ? index : larger), size + (index < larger ? 1 : 0)};
}

}  // namespace moderato::workloads::nas::cfd
