// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>

#include "common/arguments.hpp"
#include "mpi/runs.hpp"

namespace moderato::workloads {
namespace {

void run(Exchange& exchange, int argc, char** argv) {
  CLI::App app("Measures MPI between two ranks: mpirun -np 2 moderato-mpi MODE ...");
  RunArguments arguments;
  add_run_options(app, arguments, 0);
  app.add_subcommand("latency", "Round trips with MPI_Send and MPI_Recv");
  if (!parse_command_line(app, argc, argv, exchange)) return;
  require_two_ranks(exchange);
  latency(exchange, arguments);
}

}  // namespace
}  // namespace moderato::workloads

int main(int argc, char** argv) {
  return moderato::workloads::guarded_main(argc, argv, "moderato-mpi", moderato::workloads::run);
}
