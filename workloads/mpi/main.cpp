// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>

#include "common/failure.hpp"
#include "mpi/runs.hpp"

namespace moderato::workloads {
namespace {

void run(Exchange& exchange, int argc, char** argv) {
  CLI::App app("Measures MPI between two ranks: mpirun -np 2 moderato-mpi MODE ...");
  MpiArguments arguments;
  app.require_subcommand(1);
  app.fallthrough();
  app.add_subcommand("latency", "Round trips with MPI_Send and MPI_Recv");
  app.add_option("--size", arguments.size, "Bytes of a message")
      ->check(CLI::Range(std::size_t{0}, std::size_t{64} << 20))
      ->capture_default_str();
  app.add_option("--iterations", arguments.iterations, "Samples to take")
      ->check(CLI::Range(std::size_t{1}, std::size_t{100'000'000}))
      ->capture_default_str();
  app.add_option("--warmup", arguments.warmup, "Iterations before the first sample")
      ->check(CLI::Range(std::size_t{0}, std::size_t{100'000'000}))
      ->capture_default_str();
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() != 0) throw Failure(error.what());
    if (exchange.rank() == 0) app.exit(error);
    return;
  }
  if (exchange.ranks() != 2) throw Failure("there must be two ranks: mpirun -np 2 ...");
  latency(exchange, arguments);
}

}  // namespace
}  // namespace moderato::workloads

int main(int argc, char** argv) {
  return moderato::workloads::guarded_main(argc, argv, "moderato-mpi", moderato::workloads::run);
}
