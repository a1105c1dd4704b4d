// SPDX-License-Identifier: Apache-2.0
#include "common/arguments.hpp"

#include <CLI/CLI.hpp>

#include "common/failure.hpp"

namespace moderato::workloads {
namespace {

/// What a sample stream may carry (workloads/README.md).
constexpr std::size_t max_iterations = 50'000'000;

}  // namespace

void add_run_options(CLI::App& app, RunArguments& arguments, SizeRange sizes) {
  app.require_subcommand(1);
  app.fallthrough();  // options stand behind the subcommand
  app.add_option("--size", arguments.size, "Bytes of a message")
      ->check(CLI::Range(sizes.min, sizes.max))
      ->capture_default_str();
  app.add_option("--iterations", arguments.iterations, "Samples to take")
      ->check(CLI::Range(std::size_t{1}, max_iterations))
      ->capture_default_str();
  app.add_option("--warmup", arguments.warmup, "Iterations before the first sample")
      ->check(CLI::Range(std::size_t{0}, max_iterations))
      ->capture_default_str();
}

bool parse_command_line(CLI::App& app, int argc, char** argv, const Exchange& exchange) {
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() != 0) throw Refusal(error.what());
    if (exchange.rank() == 0) app.exit(error);
    return false;
  }
  return true;
}

void require_two_ranks(const Exchange& exchange) {
  if (exchange.ranks() != 2) throw Refusal("there must be two ranks: mpirun -np 2 ...");
}

void require_several_ranks(const Exchange& exchange) {
  if (exchange.ranks() < 2) throw Refusal("one rank is too few: mpirun -np 2 ..., or more");
}

}  // namespace moderato::workloads
