// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>

#include "common/failure.hpp"
#include "socket/runs.hpp"
#include "socket/socket.hpp"

namespace moderato::workloads {
namespace {

void add_options(CLI::App& app, SocketArguments& a) {
  app.require_subcommand(1);
  app.fallthrough();
  app.add_option("--addresses", a.addresses, "IPv4 addresses of rank 0 and rank 1")
      ->delimiter(',')
      ->expected(2)
      ->required();
  app.add_option("--size", a.size, "Bytes of a message")
      ->check(CLI::Range(min_message_size, std::size_t{64} << 20))
      ->capture_default_str();
  app.add_option("--iterations", a.iterations, "Samples to take")
      ->check(CLI::Range(std::size_t{1}, std::size_t{100'000'000}))
      ->capture_default_str();
  app.add_option("--warmup", a.warmup, "Iterations before the first sample")
      ->check(CLI::Range(std::size_t{0}, std::size_t{100'000'000}))
      ->capture_default_str();
}

void run(Exchange& exchange, int argc, char** argv) {
  CLI::App app("Measures sockets between two ranks: mpirun -np 2 moderato-socket MODE ...");
  SocketArguments arguments;
  add_options(app, arguments);
  auto* udp = app.add_subcommand("udp-pingpong", "Blocking round trips over UDP");
  auto* tcp = app.add_subcommand("tcp-pingpong", "Blocking round trips over TCP");
  auto* stream = app.add_subcommand("tcp-stream", "Several messages under way over TCP");
  stream->add_option("--window", arguments.window, "Messages under way at once")
      ->check(CLI::Range(1, 4096))
      ->capture_default_str();
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() != 0) throw Failure(error.what());
    if (exchange.rank() == 0) app.exit(error);
    return;
  }
  if (exchange.ranks() != 2) throw Failure("there must be two ranks: mpirun -np 2 ...");
  if (udp->parsed() && arguments.size > 65507)
    throw Failure("a UDP message has at most 65507 bytes");
  if (udp->parsed()) udp_pingpong(exchange, arguments);
  if (tcp->parsed()) tcp_pingpong(exchange, arguments);
  if (stream->parsed()) tcp_stream(exchange, arguments);
}

}  // namespace
}  // namespace moderato::workloads

int main(int argc, char** argv) {
  return moderato::workloads::guarded_main(argc, argv, "moderato-socket", moderato::workloads::run);
}
