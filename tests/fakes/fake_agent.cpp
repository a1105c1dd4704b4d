// SPDX-License-Identifier: Apache-2.0
// A launch prefix that turns a host into one with pretended NICs:
//   "launch_prefix": ["build/tests/fake-agent", "--nic", "FILE"]
// In front of `moderato agent ...` it serves that file in its place; in front of anything else (a
// workload, mpirun's daemon) it becomes that program. So moderato itself knows nothing of fakes.
// Two pretended hosts of one link share this machine's snapshots: give their netdevs two names.
#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cerrno>

#include "agent/server.hpp"
#include "core/interrupt.hpp"
#include "core/result.hpp"
#include "fakes/fake_nic.hpp"

namespace {

using namespace moderato;

constexpr int usage = 2, not_started = 127;

bool is_agent(const std::vector<std::string>& words) {
  return words.size() >= 2 && words[1] == "agent";
}

/// What moderato sends over pretended NICs goes nowhere.
Traffic pretended_traffic(const std::filesystem::path& nic, const std::string& netdev,
                          std::int64_t& counter) {
  FakeHost host = FakeFile(nic).load();
  if (const FakeDevice* device = find_device(host, netdev)) counter += device->packets_a_look;
  return {.netdev_packets = counter, .rdma_packets = 0};
}

int serve_fake(const std::filesystem::path& nic, std::vector<std::string> words) {
  CLI::App app("moderato agent, on pretended NICs");
  std::string state_dir;
  app.add_option("--state-dir", state_dir);
  std::vector<std::string> backwards(words.rbegin(), words.rend() - 2);
  try {
    app.parse(std::move(backwards));
  } catch (const CLI::ParseError& error) {
    app.exit(error);
    return usage;
  }
  const Interrupt interrupt;
  HostAccess host{.backends = fake_backends(nic),
                  .discover = [nic] { return fake_discover(nic); },
                  .traffic =
                      [counter = std::int64_t{0}, nic](const auto& netdev, const auto&) mutable {
                        return pretended_traffic(nic, netdev, counter);
                      },
                  .ifindex = [nic](const auto& netdev) { return fake_ifindex(nic, netdev); },
                  .has_function = [nic](const auto& pci) { return fake_has_function(nic, pci); },
                  .restore_pause = std::chrono::milliseconds(1)};
  return serve(std::move(host),
               state_dir.empty() ? default_state_dir() : std::filesystem::path(state_dir),
               STDIN_FILENO, STDOUT_FILENO, interrupt);
}

int become(std::vector<std::string> words) {
  std::vector<char*> pointers;
  for (auto& word : words)
    pointers.push_back(word.data());
  pointers.push_back(nullptr);
  ::execvp(pointers[0], pointers.data());
  fmt::print(stderr, "fake-agent: {}\n",
             describe(system_error(fmt::format("start '{}'", words[0]), errno)));
  return not_started;
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<std::string> words(argv + 1, argv + argc);
  if (words.size() < 3 || words[0] != "--nic") {
    fmt::print(stderr, "fake-agent --nic FILE COMMAND WORD...\n");
    return usage;
  }
  const std::filesystem::path nic = words[1];
  words.erase(words.begin(), words.begin() + 2);
  return is_agent(words) ? serve_fake(nic, std::move(words)) : become(std::move(words));
}
