// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <mpi.h>

#include <span>
#include <vector>

#include "nas/phase_timer.hpp"
#include "nas/sp/cells.hpp"

namespace moderato::workloads::nas::sp {

/// The messages of SP: the halos of all cells before a time step, and within the sweep along an
/// axis what each cell passes on to the next one.
class Messages {
 public:
  Messages(const Multipartition& partition, const Cells& cells, MPI_Comm processes,
           PhaseTimer& timer);

  /// One message to each of the six neighbours, for all cells.
  void exchange_halos(Cells& cells);
  /// Sends what this process' cell has passed on beyond `to`, and receives the same for its next
  /// cell, from the other side.
  void pass_on(cfd::Axis axis, cfd::Side to, std::span<const double> passed,
               std::span<double> received);

 private:
  bool alone() const { return partition_.side == 1; }
  void exchange_halos(cfd::Axis axis, cfd::Side to, Cells& cells, PhaseTimer::Scope& scope);

  Multipartition partition_;
  MPI_Comm processes_;
  PhaseTimer& timer_;
  PhaseTimer::Phase halo_ = timer_.add("halo");
  std::array<PhaseTimer::Phase, 3> sweeps_{timer_.add("x_sweep"), timer_.add("y_sweep"),
                                           timer_.add("z_sweep")};
  std::vector<double> sent_, received_;
};

}  // namespace moderato::workloads::nas::sp
