// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>

#include "common/arguments.hpp"
#include "common/failure.hpp"
#include "mpi/runs.hpp"

namespace moderato::workloads {
namespace {

void add_collectives(CLI::App& app) {
  app.add_subcommand("bcast", "MPI_Bcast from rank 0");
  app.add_subcommand("barrier", "MPI_Barrier; takes no --size");
  app.add_subcommand("alltoall", "MPI_Alltoall; --size is what each rank sends each");
  app.add_subcommand("allgather", "MPI_Allgather; --size is what each rank contributes");
  app.add_subcommand("allreduce", "MPI_Allreduce, sums of floats; --size is a multiple of 4");
}

void run(Exchange& exchange, int argc, char** argv) {
  CLI::App app("Measures MPI between two or more ranks: mpirun -np N moderato-mpi MODE ...");
  MpiArguments arguments;
  add_run_options(app, arguments, {});
  app.add_subcommand("latency", "Round trips with MPI_Send and MPI_Recv between two ranks");
  auto* windows = app.add_subcommand("bandwidth", "Windows of messages between two ranks");
  windows->add_option("--window", arguments.window, "Messages under way at once")
      ->check(CLI::Range(1, 4096))
      ->capture_default_str();
  add_collectives(app);
  if (!parse_command_line(app, argc, argv, exchange)) return;
  const std::string mode = app.get_subcommands().front()->get_name();
  if (mode == "barrier" && app.count("--size") > 0)
    throw Failure("--size: a barrier carries no data");
  if (mode == "latency" || mode == "bandwidth") {
    require_two_ranks(exchange);
    mode == "latency" ? latency(exchange, arguments) : bandwidth(exchange, arguments);
  } else {
    require_several_ranks(exchange);
    collective(exchange, arguments, mode);
  }
}

}  // namespace
}  // namespace moderato::workloads

int main(int argc, char** argv) {
  return moderato::workloads::guarded_main(argc, argv, "moderato-mpi", moderato::workloads::run);
}
