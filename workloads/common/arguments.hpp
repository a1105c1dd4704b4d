// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

#include "common/exchange.hpp"

namespace CLI {
class App;
}

namespace moderato::workloads {

/// What every workload takes that sends messages over and over.
struct RunArguments {
  std::size_t size = 8;  ///< bytes of a message
  std::size_t iterations = 1000, warmup = 100;
};

struct SizeRange {
  std::size_t min = 0, max = std::size_t{64} << 20;
};

/// --size, --iterations and --warmup, for whatever subcommand follows.
void add_run_options(CLI::App& app, RunArguments& arguments, SizeRange sizes);

/// Throws Refusal when the command line is wrong; returns false when it asked for help, which rank
/// 0 has printed then.
bool parse_command_line(CLI::App& app, int argc, char** argv, const Exchange& exchange);

/// Throws Refusal unless there are two ranks.
void require_two_ranks(const Exchange& exchange);
/// Throws Refusal unless there are two ranks or more.
void require_several_ranks(const Exchange& exchange);

}  // namespace moderato::workloads
