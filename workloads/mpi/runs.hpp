// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/arguments.hpp"

namespace moderato::workloads {

/// MPI_Send and MPI_Recv to and fro between two ranks; a sample is a round trip. Rank 0 measures
/// and prints.
void latency(const Exchange& exchange, const RunArguments& arguments);

}  // namespace moderato::workloads
