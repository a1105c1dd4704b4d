// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "nas/benchmark.hpp"

/// The lower-upper benchmark (RNR-94-007, chapter 3): the Navier-Stokes equations brought to their
/// steady state by symmetric successive over-relaxation (SSOR). Its wavefront goes through planes
/// divided among the processes: many small messages.
namespace moderato::workloads::nas::lu {

std::optional<std::string> refusal(ProblemClass problem, int processes);

/// An iteration is a time step.
std::unique_ptr<Benchmark> make(ProblemClass problem, MPI_Comm processes, PhaseTimer& timer);

}  // namespace moderato::workloads::nas::lu
