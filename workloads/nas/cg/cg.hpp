// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "nas/benchmark.hpp"

/// The conjugate gradient benchmark (RNR-94-007, section 2.2.3): the inverse power method finds
/// the smallest eigenvalue of a large sparse symmetric matrix with a random pattern; each of its
/// steps solves A z = x by 25 steps of conjugate gradients, without preconditioning.
namespace moderato::workloads::nas::cg {

std::optional<std::string> refusal(ProblemClass problem, int processes);

/// An iteration is a step of the inverse power method.
std::unique_ptr<Benchmark> make(ProblemClass problem, MPI_Comm processes, PhaseTimer& timer);

}  // namespace moderato::workloads::nas::cg
