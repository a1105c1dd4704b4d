// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "nas/benchmark.hpp"

/// The embarrassingly parallel benchmark (RNR-94-007, section 2.2.1): 2^m pairs of random numbers,
/// of which about pi/4 become pairs of Gaussian deviates. Nothing is communicated but their sums
/// and counts, in the end.
namespace moderato::workloads::nas::ep {

std::optional<std::string> refusal(ProblemClass problem, int processes);

/// An iteration is a batch of 2^16 pairs at each process.
std::unique_ptr<Benchmark> make(ProblemClass problem, MPI_Comm processes, PhaseTimer& timer);

}  // namespace moderato::workloads::nas::ep
