// SPDX-License-Identifier: Apache-2.0
#include "verbs/arguments.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <map>

#include "common/failure.hpp"

namespace moderato::workloads {
namespace {

template <class Value>
void add_choice(CLI::App& app, const std::string& name, Value& value,
                const std::map<std::string, Value>& choices, const std::string& text) {
  app.add_option(name, value, text)->transform(CLI::CheckedTransformer(choices));
}

void add_device_options(CLI::App& app, VerbsArguments& arguments) {
  app.add_option("--devices", arguments.devices,
                 "RDMA device of each endpoint; rank r has entry r, from the first again after the "
                 "last. Without it, the device that has the address")
      ->delimiter(',');
  app.add_option("--addresses", arguments.addresses,
                 "IPv4 address of each endpoint: on Ethernet, its RoCE v2 GID is used")
      ->delimiter(',');
  app.add_option("--port", arguments.port, "Port of the device")->check(CLI::Range(1, 255));
  app.add_option("--gid-index", arguments.gid_index, "Use this GID of the port")
      ->check(CLI::Range(0, 255));
}

void add_completion_options(CLI::App& app, VerbsArguments& arguments) {
  add_choice<Completion>(
      app, "--completion", arguments.completion,
      {{"polling", Completion::polling}, {"blocking", Completion::blocking}},
      "polling: who waits looks all the time; blocking: sleeps until the NIC interrupts");
  add_choice<bool>(app, "--yield", arguments.yield, {{"on", true}, {"off", false}},
                   "Whether polling offers the CPU to others after every look");
  app.add_option("--cq-count", arguments.cq_count,
                 "Completions an interrupt, where the device can moderate (ibv_modify_cq); 0 and a "
                 "period of 0: not moderated")
      ->check(CLI::Range(0, 65535));
  app.add_option("--cq-period", arguments.cq_period_us, "Microseconds that an interrupt may wait")
      ->check(CLI::Range(0, 65535));
}

void add_modes(CLI::App& app, VerbsArguments& arguments) {
  app.add_subcommand("write",
                     "Round trips of RDMA writes. Of a plain write the receiver hears nothing, so "
                     "blocking takes writes with immediate");
  app.add_subcommand("send", "Round trips of sends, over RC or UD");
  app.add_subcommand("read", "RDMA reads");
  app.add_subcommand("fetch-add", "Atomic fetch-and-add");
  app.add_subcommand("compare-swap", "Atomic compare-and-swap");
  app.add_subcommand("srq", "All other ranks send to rank 0, into its shared receive queue")
      ->add_option("--window", arguments.window, "Messages under way from each sender")
      ->check(CLI::Range(1, 4096))
      ->capture_default_str();
}

constexpr std::array<std::string_view, 5> collectives{"barrier", "bcast", "alltoall", "allgather",
                                                      "allreduce"};

void add_collectives(CLI::App& app) {
  for (const std::string_view name : collectives)
    app.add_subcommand(std::string(name),
                       "Collective operation of all ranks, each with a shared receive queue");
}

void add_shared_queue_options(CLI::App& app, VerbsArguments& arguments) {
  app.add_option("--srq-size", arguments.srq_size, "Buffers of a shared receive queue")
      ->check(CLI::Range(2, 1 << 20))
      ->capture_default_str();
  app.add_option("--srq-limit", arguments.srq_limit,
                 "Buffers are posted again when fewer than this are left: 1 to size - 1")
      ->check(CLI::Range(0, 1 << 20))
      ->capture_default_str();
}

bool reads_only(const std::string& mode) {
  return mode == "read" || mode == "fetch-add" || mode == "compare-swap";
}

void check(const std::string& mode, const VerbsArguments& arguments) {
  if (arguments.transport == Transport::ud && mode != "send")
    throw Failure(fmt::format("--transport ud: UD has sends only, no {}", mode));
  if (arguments.inlining == Inlining::on && reads_only(mode))
    throw Failure(
        fmt::format("--inline on: of a {} no data go out, so there is nothing to inline", mode));
}

}  // namespace

bool is_collective(const std::string& mode) {
  return std::ranges::find(collectives, mode) != collectives.end();
}

std::optional<std::string> parse_verbs_arguments(int argc, char** argv, const Exchange& exchange,
                                                 VerbsArguments& arguments) {
  CLI::App app("Measures RDMA verbs between ranks: mpirun -np 2 moderato-verbs MODE ...");
  add_run_options(app, arguments, {.min = 1, .max = max_verbs_size});
  add_device_options(app, arguments);
  add_completion_options(app, arguments);
  add_choice<Transport>(app, "--transport", arguments.transport,
                        {{"rc", Transport::rc}, {"ud", Transport::ud}},
                        "rc: reliable connection; ud: datagrams, which may be lost");
  add_choice<Inlining>(
      app, "--inline", arguments.inlining,
      {{"auto", Inlining::automatic}, {"on", Inlining::on}, {"off", Inlining::off}},
      "Messages inside of work requests: auto does so with small ones, where the device can");
  add_shared_queue_options(app, arguments);
  add_modes(app, arguments);
  add_collectives(app);
  if (!parse_command_line(app, argc, argv, exchange)) return {};
  const std::string mode = app.get_subcommands().front()->get_name();
  check(mode, arguments);
  return mode;
}

}  // namespace moderato::workloads
