// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "common/arguments.hpp"

namespace moderato::workloads {

struct MpiArguments : RunArguments {
  std::size_t window = 64;  ///< messages under way at once, of bandwidth
};

// Each is run by all ranks; rank 0 prints.

/// MPI_Send and MPI_Recv to and fro between two ranks; a sample is a round trip. Rank 0 measures
/// and prints.
void latency(const Exchange& exchange, const RunArguments& arguments);

/// Rank 0 sends windows of messages with MPI_Isend, each answered with four bytes when all of it
/// has come. A sample is the time from the first send to the answer, at rank 0.
void bandwidth(const Exchange& exchange, const MpiArguments& arguments);

/// The collective operation `name` (operation.hpp), each call behind a barrier. A sample is what
/// the rank took that took longest.
void collective(const Exchange& exchange, const RunArguments& arguments, const std::string& name);

}  // namespace moderato::workloads
