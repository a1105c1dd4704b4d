// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

#include "nas/sp/exchange.hpp"
#include "nas/sp/line_plane.hpp"

namespace moderato::workloads::nas::sp {

/// What the sweeps of a process may share, since they come one after the other.
struct SweepBuffers {
  std::vector<double> factors;
  std::vector<double> before, behind, passed;
};

/// Solves one factor of the approximate factorisation, the systems of all lines along one axis,
/// cell after cell: all processes eliminate forwards through the layers of cells, and substitute
/// backwards.
class Sweep {
 public:
  /// What is done with a plane of a cell as soon as it is solved.
  using Finish = std::function<void(Cell& cell, int plane)>;

  /// Makes `buffers` large enough; the reference is kept.
  Sweep(const Multipartition& partition, const Cells& cells, cfd::Axis axis, double time_step,
        SweepBuffers& buffers, Finish finish);

  void solve(Cells& cells, Messages& messages);

 private:
  int last() const { return static_cast<int>(planes_.size()) - 1; }
  LinePlane& at(int position) { return planes_[static_cast<std::size_t>(position)]; }
  Cell& cell_at(Cells& cells, int position) const {
    return cells[static_cast<std::size_t>(partition_.cell_at(axis_, position))];
  }
  double* factors_of(int position, int plane);
  void eliminate(int position, Cell& cell);
  void solve_last(Cell& cell);
  void substitute(int position, Cell& cell);

  Multipartition partition_;
  cfd::Axis axis_;
  SweepBuffers& buffers_;
  Finish finish_;
  std::vector<LinePlane> planes_;        ///< of the cell at each position along the axis
  std::vector<std::size_t> factors_at_;  ///< where the factors of each begin
};

}  // namespace moderato::workloads::nas::sp
