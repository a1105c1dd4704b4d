// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <vector>

namespace moderato::workloads::nas::lu {

/// The points of a plane, `nx` by `ny`, in the order of a wavefront (Lamport's hyperplanes, in two
/// dimensions): diagonal after diagonal d = i + j, each by increasing j. Point (i, j) depends on
/// (i - 1, j) and (i, j - 1), which are of diagonal d - 1: the points of a diagonal, which lie side
/// by side, do not depend on each other. Backwards, it is the order of the opposite wavefront.
class Diagonals {
 public:
  Diagonals(int nx, int ny) : nx_(nx), ny_(ny) {
    int position = 0;
    for (int d = 0; d < count(); ++d) {
      base_.push_back(position - first_j(d));
      position += end_j(d) - first_j(d);
    }
  }

  int points() const { return nx_ * ny_; }
  int count() const { return nx_ + ny_ - 1; }
  int first_j(int d) const { return std::max(0, d - nx_ + 1); }
  int end_j(int d) const { return std::min(ny_, d + 1); }
  /// Of the point j of diagonal d.
  int position(int d, int j) const { return base_[static_cast<std::size_t>(d)] + j; }

 private:
  int nx_, ny_;
  std::vector<int> base_;
};

}  // namespace moderato::workloads::nas::lu
