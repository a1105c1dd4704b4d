// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <mpi.h>

#include <vector>

#include "nas/lu/decomposition.hpp"
#include "nas/lu/wavefront.hpp"
#include "nas/phase_timer.hpp"

namespace moderato::workloads::nas::lu {

/// The messages of LU: of each plane the changes of the fluxes at its edges, and of each time step
/// the halo of the solution.
class Messages {
 public:
  Messages(const Decomposition& decomposition, const cfd::Extent& size, MPI_Comm processes,
           PhaseTimer& timer);

  /// From the processes before, in the sweep's direction; nothing at the boundary.
  void receive_edges(Sweep sweep, Edges& edges);
  /// To those behind.
  void send_edges(Sweep sweep, Edges& edges);
  /// The halo of neighbours, across x and y.
  void exchange_halo(cfd::Field& solution);
  /// Over the points inside the grid; the phase of the norms.
  State root_mean_square(const State& own_sums, const cfd::Extent& grid);

 private:
  bool alone() const { return decomposition_.processes == std::array{1, 1}; }
  int neighbour(cfd::Axis axis, cfd::Side side) const {
    return decomposition_.neighbour(axis, side);
  }
  PhaseTimer::Phase phase(Sweep sweep) const {
    return sweep == Sweep::lower ? lower_sweep_ : upper_sweep_;
  }
  void exchange_halo(cfd::Axis axis, cfd::Field& solution, PhaseTimer::Scope& scope);

  Decomposition decomposition_;
  MPI_Comm processes_;
  PhaseTimer& timer_;
  PhaseTimer::Phase lower_sweep_ = timer_.add("lower_sweep"),
                    upper_sweep_ = timer_.add("upper_sweep"), halo_ = timer_.add("halo"),
                    norms_ = timer_.add("norms");
  std::array<std::vector<double>, 4> faces_;  ///< sent low and high, received low and high
};

}  // namespace moderato::workloads::nas::lu
