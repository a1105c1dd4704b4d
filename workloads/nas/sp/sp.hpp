// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "nas/benchmark.hpp"

/// The scalar pentadiagonal benchmark (RNR-94-007, chapter 3): the Navier-Stokes equations in time
/// steps by the approximate factorisation of Beam and Warming in its diagonal form, which leaves
/// scalar pentadiagonal systems along x, y and z. Fewer and larger messages than LU's.
namespace moderato::workloads::nas::sp {

std::optional<std::string> refusal(ProblemClass problem, int processes);

/// An iteration is a time step.
std::unique_ptr<Benchmark> make(ProblemClass problem, MPI_Comm processes, PhaseTimer& timer);

}  // namespace moderato::workloads::nas::sp
