// SPDX-License-Identifier: Apache-2.0
#include "nas/lu/surface_integral.hpp"

namespace moderato::workloads::nas::lu {
namespace {

using cfd::Extent;

struct Range {
  int first, last;
};
using Box = std::array<Range, 3>;

Box integration_box(const Extent& grid) {
  return {{{1, grid[0] - 2}, {1, grid[1] - 3}, {2, grid[2] - 2}}};
}

double pressure(const cfd::State& u) {
  return cfd::k2 * (u[4] - 0.5 * (u[1] * u[1] + u[2] * u[2] + u[3] * u[3]) / u[0]);
}

/// Of the trapezoidal rule, in units of the distance of two points.
double weight(const Range& range, int index) {
  if (index < range.first || index > range.last) return 0;
  return index == range.first || index == range.last ? 0.5 : 1;
}

/// Of a point as one of the box's surface: the area that it stands for.
double area(const Extent& grid, const Extent& point) {
  const Box box = integration_box(grid);
  double sum = 0;
  for (std::size_t normal = 0; normal < 3; ++normal) {
    if (point[normal] != box[normal].first && point[normal] != box[normal].last) continue;
    double face = 1;
    for (std::size_t a = 0; a < 3; ++a)
      if (a != normal) face *= weight(box[a], point[a]) / (grid[a] - 1);
    sum += face;
  }
  return sum;
}

}  // namespace

double surface_integral(const cfd::Block& block, const cfd::Field& solution) {
  double sum = 0;
  for (int k = 0; k < block.size[2]; ++k)
    for (int j = 0; j < block.size[1]; ++j)
      for (int i = 0; i < block.size[0]; ++i) {
        const Extent point{block.first[0] + i, block.first[1] + j, block.first[2] + k};
        const double share = area(block.grid, point);
        if (share > 0) sum += share * pressure(solution.state(i, j, k));
      }
  return sum;
}

}  // namespace moderato::workloads::nas::lu
