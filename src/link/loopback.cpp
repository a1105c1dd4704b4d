// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>

#include "core/file.hpp"
#include "core/printing.hpp"
#include "core/process.hpp"
#include "link/link.hpp"
#include "link/namespaces.hpp"

namespace moderato {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

constexpr auto creation_timeout = std::chrono::seconds(10);
/// Agents restore as soon as their input closes; a link that waits longer for them is removed.
constexpr auto grace = std::chrono::seconds(3);

Endpoint endpoint(pid_t keeper, char side, const std::string& address) {
  const std::string name = namespace_name(keeper, side);
  return {std::string("loopback-") + side,
          {"ip", "netns", "exec", name},
          std::string("moderato-") + side,
          address};
}

/// Addresses of 198.18.0.0/15, set aside for benchmarks (RFC 2544).
Link make_link(pid_t keeper) {
  return {"loopback", {endpoint(keeper, 'a', "198.18.0.1"), endpoint(keeper, 'b', "198.18.0.2")}};
}

Result<void> ip(const Argv& words) {
  Argv argv{"ip"};
  argv.insert(argv.end(), words.begin(), words.end());
  const RunLimits limits{.timeout = creation_timeout};
  auto result = run({argv, {}}, limits);
  if (!result) return fail(result);
  if (result->end == RunEnd::exited && result->status == 0) return {};
  return fail(Fault::runtime,
              fmt::format("{}: {}: {}", fmt::join(argv, " "), describe(*result, limits),
                          result->err.substr(0, result->err.find('\n'))),
              "the loopback link needs root, network namespaces, veth and iproute2");
}

Result<void> create(const Link& link) {
  const Endpoint& a = link.endpoints[0];
  const Endpoint& b = link.endpoints[1];
  const auto space = [](const Endpoint& e) { return e.launch_prefix.back(); };
  std::vector<Argv> steps{{"netns", "add", space(a)},
                          {"netns", "add", space(b)},
                          {"link", "add", a.netdev, "netns", space(a), "type", "veth", "peer",
                           "name", b.netdev, "netns", space(b)}};
  for (const Endpoint& e : link.endpoints) {
    steps.push_back({"-n", space(e), "link", "set", "lo", "up"});
    steps.push_back({"-n", space(e), "addr", "add", e.address + "/24", "dev", e.netdev});
    steps.push_back({"-n", space(e), "link", "set", e.netdev, "up"});
  }
  for (const Argv& step : steps) {
    if (auto done = ip(step); !done) return done;
  }
  for (const Endpoint& e : link.endpoints) {
    auto done = prepare_moderation(space(e), e.netdev, loopback_napi_defer_hard_irqs,
                                   loopback_gro_flush_timeout_ns);
    if (!done) return done;
  }
  return {};
}

Result<void> remove_namespace(const std::string& name) {
  const auto deadline = Clock::now() + grace;
  while (!processes_in(name).empty() && Clock::now() < deadline)
    ::usleep(10'000);
  for (const pid_t pid : processes_in(name))
    ::kill(pid, SIGKILL);
  const fs::path file = fs::path("/run/netns") / name;
  std::error_code none;
  if (!fs::exists(file, none)) return {};
  auto deleted = ip({"netns", "del", name});
  if (!fs::exists(file, none)) return {};  // somebody else was quicker
  return deleted;
}

void remove(const Link& link) {
  for (const Endpoint& e : link.endpoints)
    (void)remove_namespace(e.launch_prefix.back());
}

/// True at end of input, false at SIGTERM (the machine goes down): both mean the same here.
void wait_for_end(int in, const Interrupt& interrupt) {
  char byte;
  for (;;) {
    pollfd fds{in, POLLIN, 0};
    if (::poll(&fds, 1, 200) > 0 && ::read(in, &byte, 1) <= 0) return;
    if (interrupt.signal() == SIGTERM) return;
  }
}

Result<std::string> read_line(Process& keeper) {
  std::string line;
  const auto deadline = Clock::now() + creation_timeout;
  for (char byte = 0; byte != '\n';) {
    pollfd fds{keeper.out.get(), POLLIN, 0};
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now()).count();
    if (left <= 0 || ::poll(&fds, 1, static_cast<int>(left)) <= 0)
      return fail(Fault::runtime, "the loopback link was not ready in time");
    if (::read(keeper.out.get(), &byte, 1) != 1)
      return fail(Fault::runtime, "the loopback link could not be made",
                  "the lines above say why; it needs root, network namespaces and veth");
    line += byte;
  }
  return line;
}

}  // namespace

struct Loopback::State {
  Process keeper;
  Link link;
};

Loopback::Loopback(std::unique_ptr<State> state) : state_(std::move(state)) {}
Loopback::Loopback(Loopback&&) noexcept = default;
Loopback& Loopback::operator=(Loopback&&) noexcept = default;

Loopback::~Loopback() {
  if (!state_) return;
  state_->keeper.in.reset();
  ::waitpid(state_->keeper.pid, nullptr, 0);
}

const Link& Loopback::link() const {
  return state_->link;
}

Result<Loopback> Loopback::create(const fs::path& moderato) {
  if (::geteuid() != 0)
    return fail(Fault::runtime, "the loopback link needs root: it makes network namespaces",
                "run as root, or give a link document with --link FILE");
  auto keeper =
      start({{moderato.string(), "loopback-keeper"}, {}}, Stderr::share, OnParentDeath::live_on);
  if (!keeper) return fail(keeper);
  Loopback loopback(std::make_unique<State>(State{std::move(*keeper), {}}));
  auto line = read_line(loopback.state_->keeper);
  if (!line) return fail(line);
  auto link = parse_link(*line, "loopback");
  if (!link) return fail(link);
  loopback.state_->link = std::move(*link);
  return loopback;
}

int keep_loopback(int in, int out, const Interrupt& interrupt) {
  const Link link = make_link(::getpid());
  auto created = moderato::create(link);
  if (created) {
    const std::string line = to_json(link) + "\n";
    if (::write(out, line.data(), line.size()) == static_cast<ssize_t>(line.size()))
      wait_for_end(in, interrupt);
  } else {
    say(stderr, fmt::format("moderato: {}\n", describe(created.error())));
  }
  remove(link);
  return created ? 0 : 1;
}

std::vector<std::string> stale_loopbacks() {
  std::vector<std::string> stale;
  std::error_code missing;
  for (const auto& entry : fs::directory_iterator("/run/netns", missing)) {
    const std::string name = entry.path().filename().string();
    const auto keeper = keeper_of(name);
    if (!keeper) continue;
    const auto command = read_file(fs::path("/proc") / std::to_string(*keeper) / "cmdline", 4096);
    if (command && command->find("loopback-keeper") != std::string::npos) continue;
    stale.push_back(name);
  }
  return stale;
}

Result<void> remove_stale_loopback(const std::string& name) {
  return remove_namespace(name);
}

}  // namespace moderato
