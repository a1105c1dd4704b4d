// SPDX-License-Identifier: Apache-2.0
#include <functional>
#include <map>

#include "verbs/arguments.hpp"
#include "verbs/runs.hpp"

namespace moderato::workloads {
namespace {

using Run = std::function<void(const Exchange&, const VerbsArguments&)>;

Run mode_named(const std::string& name, const VerbsArguments& arguments) {
  static const std::map<std::string, Run> modes{
      {"write", write_round_trips}, {"send", send_round_trips},      {"read", reads},
      {"fetch-add", fetch_adds},    {"compare-swap", compare_swaps}, {"srq", shared_receive_queue},
  };
  return arguments.transport == Transport::ud ? datagram_round_trips : modes.at(name);
}

void run(Exchange& exchange, int argc, char** argv) {
  VerbsArguments arguments;
  const auto mode = parse_verbs_arguments(argc, argv, exchange, arguments);
  if (!mode) return;
  if (is_collective(*mode)) return verbs_collective(exchange, arguments, *mode);
  if (*mode != "srq") require_two_ranks(exchange);
  mode_named(*mode, arguments)(exchange, arguments);
}

}  // namespace
}  // namespace moderato::workloads

int main(int argc, char** argv) {
  return moderato::workloads::guarded_main(argc, argv, "moderato-verbs", moderato::workloads::run);
}
