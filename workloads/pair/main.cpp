// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <CLI/CLI.hpp>

#include "common/arguments.hpp"
#include "common/failure.hpp"
#include "pair/child.hpp"

namespace moderato::workloads {
namespace {

using namespace std::chrono_literals;

constexpr auto until_it_listens = 20s, until_it_ends = 5s;
/// The study's own time-out comes first; this is for those who run it by hand.
constexpr auto until_the_client_ends = 24h;

struct PairArguments {
  int port = 0;
  std::size_t server_words = 1;
  std::vector<std::string> words;

  std::vector<std::string> server() const {
    return {words.begin(), words.begin() + static_cast<long>(server_words)};
  }
  std::vector<std::string> client() const {
    return {words.begin() + static_cast<long>(server_words), words.end()};
  }
};

void await_listener(Child& server, int port) {
  const auto deadline = std::chrono::steady_clock::now() + until_it_listens;
  while (!listens(port)) {
    server.require_running();
    if (std::chrono::steady_clock::now() > deadline)
      throw Failure("the server does not listen on port " + std::to_string(port));
    ::usleep(5000);
  }
}

void serve(const Exchange& exchange, const PairArguments& arguments) {
  if (listens(arguments.port))
    throw Failure("somebody listens on port " + std::to_string(arguments.port) +
                  " already; is an earlier server left over?");
  Child server(arguments.server(), Child::Output::to_stderr);
  await_listener(server, arguments.port);
  exchange.barrier();  // the client may come
  exchange.barrier();  // it has been
  server.require_success(until_it_ends);
}

void visit(const Exchange& exchange, const PairArguments& arguments) {
  exchange.barrier();
  Child client(arguments.client(), Child::Output::shared);
  client.require_success(until_the_client_ends);
  exchange.barrier();
}

void run(Exchange& exchange, int argc, char** argv) {
  CLI::App app(
      "Runs a server on rank 1 and, when it listens, a client on rank 0, whose output is the "
      "result:\nmpirun -np 2 moderato-pair --port P --server-words N -- SERVER... CLIENT...");
  PairArguments arguments;
  app.add_option("--port", arguments.port, "TCP port on which the server listens when ready")
      ->check(CLI::Range(1, 65535))
      ->required();
  app.add_option("--server-words", arguments.server_words,
                 "How many of the words are the server's; the others are the client's")
      ->check(CLI::Range(1, 1000))
      ->required();
  app.add_option("words", arguments.words, "Both programs with their arguments")->required();
  if (!parse_command_line(app, argc, argv, exchange)) return;
  require_two_ranks(exchange);
  if (arguments.words.size() <= arguments.server_words)
    throw Failure("--server-words leaves no word for the client");
  if (exchange.rank() == 1) {
    serve(exchange, arguments);
  } else {
    visit(exchange, arguments);
  }
}

}  // namespace
}  // namespace moderato::workloads

int main(int argc, char** argv) {
  return moderato::workloads::guarded_main(argc, argv, "moderato-pair", moderato::workloads::run);
}
