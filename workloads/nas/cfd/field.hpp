// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <vector>

#include "nas/cfd/equations.hpp"

namespace moderato::workloads::nas::cfd {

/// Points along x, y and z.
using Extent = std::array<int, 3>;

/// A box of points inside the grid. Points on the boundary belong to nobody: their values never
/// change, so every block holds those that it touches in its halo.
struct Block {
  Extent grid{};   ///< points of the whole grid, with its boundary
  Extent first{};  ///< the block's first point; the grid's are 0 to grid - 1
  Extent size{};   ///< the block's points

  bool at_start(Axis axis) const { return first[index_of(axis)] == 1; }
  bool at_end(Axis axis) const {
    const int a = index_of(axis);
    return first[a] + size[a] == grid[a] - 1;
  }
};

/// Five components on a box of points and `halo` points around it. A row (all i of one component,
/// j and k) is contiguous; the five rows of a j and k lie one behind the other.
class Field {
 public:
  Field(const Extent& size, int halo)
      : size_(size),
        halo_(halo),
        row_(size[0] + 2 * halo),
        j_stride_(components * row_),
        k_stride_(j_stride_ * (size[1] + 2 * halo)),
        values_(static_cast<std::size_t>(k_stride_ * (size[2] + 2 * halo))) {}

  const Extent& size() const { return size_; }
  int halo() const { return halo_; }
  std::ptrdiff_t component_stride() const { return row_; }
  std::ptrdiff_t j_stride() const { return j_stride_; }
  std::ptrdiff_t k_stride() const { return k_stride_; }

  /// The row's point i = 0; i may be from -halo to size + halo - 1.
  double* row(int component, int j, int k) { return values_.data() + offset(component, j, k); }
  const double* row(int component, int j, int k) const {
    return values_.data() + offset(component, j, k);
  }
  /// Without halo: the 5 * size[0] * size[1] values of a plane.
  double* plane(int k) { return row(0, 0, k); }

  State state(int i, int j, int k) const {
    State state;
    for (int m = 0; m < components; ++m)
      state[m] = row(m, j, k)[i];
    return state;
  }
  void set_state(int i, int j, int k, const State& state) {
    for (int m = 0; m < components; ++m)
      row(m, j, k)[i] = state[m];
  }
  std::span<double> values() { return values_; }

 private:
  std::ptrdiff_t offset(int component, int j, int k) const {
    return (k + halo_) * k_stride_ + (j + halo_) * j_stride_ + component * row_ + halo_;
  }

  Extent size_;
  int halo_;
  std::ptrdiff_t row_, j_stride_, k_stride_;
  std::vector<double> values_;
};

/// How wide the halo of the solution is: the fourth differences reach two points.
constexpr int solution_halo = 2;

}  // namespace moderato::workloads::nas::cfd
