// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/exchange.hpp"

namespace moderato::workloads {

struct MpiArguments {
  std::size_t size = 8;  ///< bytes of a message
  std::size_t iterations = 1000, warmup = 100;
};

/// MPI_Send and MPI_Recv to and fro between two ranks; a sample is a round trip. Rank 0 measures
/// and prints.
void latency(Exchange& exchange, const MpiArguments& arguments);

}  // namespace moderato::workloads
