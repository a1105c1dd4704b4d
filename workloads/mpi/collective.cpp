// SPDX-License-Identifier: Apache-2.0
#include <mpi.h>

#include "mpi/operation.hpp"
#include "mpi/runs.hpp"

namespace moderato::workloads {

void collective(const Exchange& exchange, const RunArguments& arguments, const std::string& name) {
  const auto operation = make_operation(name, arguments.size, exchange);
  measure_collective(
      *operation, [] { MPI_Barrier(MPI_COMM_WORLD); },
      [] { return std::map<std::string, double>{}; }, exchange, arguments);
}

}  // namespace moderato::workloads
