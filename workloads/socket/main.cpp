// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "common/failure.hpp"
#include "socket/runs.hpp"
#include "socket/socket.hpp"

namespace moderato::workloads {
namespace {

/// What one datagram carries over IPv4, behind its own 8 bytes and the 20 of IP.
constexpr std::size_t max_datagram = 65535 - 28;

void run(Exchange& exchange, int argc, char** argv) {
  CLI::App app("Measures sockets between two ranks: mpirun -np 2 moderato-socket MODE ...");
  SocketArguments arguments;
  add_run_options(app, arguments, {.min = min_message_size});
  app.add_option("--addresses", arguments.addresses, "IPv4 addresses of rank 0 and rank 1")
      ->delimiter(',')
      ->expected(2)
      ->required();
  auto* udp = app.add_subcommand("udp-pingpong", "Blocking round trips over UDP");
  auto* tcp = app.add_subcommand("tcp-pingpong", "Blocking round trips over TCP");
  auto* stream = app.add_subcommand("tcp-stream", "Several messages under way over TCP");
  stream->add_option("--window", arguments.window, "Messages under way at once")
      ->check(CLI::Range(1, 4096))
      ->capture_default_str();
  if (!parse_command_line(app, argc, argv, exchange)) return;
  require_two_ranks(exchange);
  if (udp->parsed() && arguments.size > max_datagram)
    throw Failure(fmt::format("--size: a UDP message has at most {} bytes", max_datagram));
  if (udp->parsed()) udp_pingpong(exchange, arguments);
  if (tcp->parsed()) tcp_pingpong(exchange, arguments);
  if (stream->parsed()) tcp_stream(exchange, arguments);
}

}  // namespace
}  // namespace moderato::workloads

int main(int argc, char** argv) {
  return moderato::workloads::guarded_main(argc, argv, "moderato-socket", moderato::workloads::run);
}
