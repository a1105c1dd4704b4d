// SPDX-License-Identifier: Apache-2.0
#include "agent/client.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <condition_variable>
#include <csignal>
#include <mutex>
#include <thread>

#include "agent/protocol.hpp"
#include "core/process.hpp"
#include "core/version.hpp"

namespace moderato {

using Clock = std::chrono::steady_clock;

namespace {

/// For poll(): what is left until then, never negative, so that what is there already is seen even
/// by a tuner that was stopped in between.
int milliseconds_until(Clock::time_point when) {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(when - Clock::now()).count();
  return static_cast<int>(std::clamp<std::int64_t>(left, 0, 3'600'000));
}

/// Of an agent that was let go: it restores and ends, but its prefix may hang.
constexpr auto least_time_to_leave = std::chrono::seconds(1);
constexpr std::chrono::microseconds longest_nap{16'000};

}  // namespace

struct Agent::State {
  std::string host;
  AgentProgram program;
  Process process;
  std::string received;
  std::int64_t last_id = 0;
  std::mutex writing;  // the heartbeat thread and the caller share the pipe
  std::condition_variable_any pause;
  std::jthread heartbeat;

  Clock::time_point answer_deadline() const;
  bool send(const Request& request);
  Result<std::string> receive_line();
  Result<Reply> receive(std::int64_t id);
  Result<Reply> call(Request request);
  void beat_every(std::chrono::milliseconds period);
  void close();
};

Clock::time_point Agent::State::answer_deadline() const {
  return std::min(Clock::now() + program.answer_timeout, program.deadline);
}

/// Never waits for ever: an agent that no longer reads (its host is lost, its prefix was stopped)
/// would hold up the caller, and the heartbeat's thread with him.
bool Agent::State::send(const Request& request) {
  const std::scoped_lock lock(writing);
  const auto deadline = answer_deadline();
  const std::string text = encode(request) + "\n";
  std::string_view left = text;
  while (!left.empty()) {
    const ssize_t n = ::write(process.in.get(), left.data(), left.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0 && errno != EAGAIN) return false;
    if (n >= 0) {
      left.remove_prefix(static_cast<std::size_t>(n));
      continue;
    }
    pollfd fds{process.in.get(), POLLOUT, 0};
    if (::poll(&fds, 1, milliseconds_until(deadline)) == 0) return false;
  }
  return true;
}

Result<std::string> Agent::State::receive_line() {
  const auto deadline = answer_deadline();
  for (;;) {
    if (const auto newline = received.find('\n'); newline != std::string::npos) {
      auto line = received.substr(0, newline);
      received.erase(0, newline + 1);
      return line;
    }
    pollfd fds{process.out.get(), POLLIN, 0};
    const int ready = ::poll(&fds, 1, milliseconds_until(deadline));
    if (ready == 0)
      return fail(Fault::runtime,
                  fmt::format("the agent on {} did not answer within {} ms", host,
                              program.answer_timeout.count()),
                  "is the host alive and the launch prefix right?");
    char bytes[65536];
    const ssize_t n = ::read(process.out.get(), bytes, sizeof bytes);
    if (n < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (received.size() > max_reply_line)
      return fail(Fault::document, fmt::format("the agent on {} answers with more than {} bytes",
                                               host, max_reply_line));
    if (n <= 0)
      return fail(Fault::runtime, fmt::format("the agent on {} went away", host),
                  fmt::format("does `{} agent` start there through the launch prefix?",
                              program.moderato.string()));
    received.append(bytes, static_cast<std::size_t>(n));
  }
}

/// The reply to request `id`. Those to earlier requests, which came after their time-out, are
/// passed over; 0 is the reply to a request that the agent could not read.
Result<Reply> Agent::State::receive(std::int64_t id) {
  for (;;) {
    auto line = receive_line();
    if (!line) return fail(line);
    auto reply = decode_reply(*line);
    if (reply && reply->id > id)
      reply = fail(Fault::document,
                   fmt::format("it answers request {}, which is not there yet", reply->id));
    if (!reply)
      return fail(Fault::runtime,
                  fmt::format("the agent on {} talks nonsense: {}", host, reply.error().message),
                  "does the launch prefix print something of its own on stdout?");
    if (reply->id == id || (reply->id == 0 && !reply->outcome)) return reply;
  }
}

Result<Reply> Agent::State::call(Request request) {
  request.id = ++last_id;
  if (!send(request))
    return fail(Fault::runtime, fmt::format("the agent on {} went away", host),
                "its host may be down; run `moderato restore` there when it is back");
  auto reply = receive(request.id);
  if (!reply) return reply;
  if (!reply->outcome) {
    Error error = reply->outcome.error();
    error.message = fmt::format("{}: {}", host, error.message);
    return std::unexpected(std::move(error));
  }
  return reply;
}

void Agent::State::beat_every(std::chrono::milliseconds period) {
  heartbeat = std::jthread([this, period](std::stop_token stop) {
    std::mutex unused;
    std::unique_lock lock(unused);
    while (!pause.wait_for(lock, stop, period, [&] { return stop.stop_requested(); }))
      send(Request{.operation = Operation::beat});
  });
}

void Agent::State::close() {
  if (heartbeat.joinable()) {
    heartbeat.request_stop();
    heartbeat.join();
  }
  if (!process.in.valid()) return;
  process.in.reset();   // the agent restores now, if anything is armed, and ends
  process.out.reset();  // nor may an answer that nobody reads hold it up
  const auto leaving = std::min(Clock::now() + program.answer_timeout,
                                std::max(program.deadline, Clock::now() + least_time_to_leave));
  for (auto nap = std::chrono::microseconds(500); ::waitpid(process.pid, nullptr, WNOHANG) == 0;
       nap = std::min(2 * nap, longest_nap)) {
    if (Clock::now() > leaving) {
      ::kill(-process.pid, SIGTERM);  // its prefix, or itself: it restores in either case
      return;
    }
    std::this_thread::sleep_for(nap);
  }
}

Agent::Agent(std::unique_ptr<State> state) : state_(std::move(state)) {}
Agent::Agent(Agent&&) noexcept = default;
Agent& Agent::operator=(Agent&&) noexcept = default;
Agent::~Agent() {
  if (state_) state_->close();
}

void Agent::end() {
  state_->close();
}

const std::string& Agent::host() const {
  return state_->host;
}

Result<Agent> Agent::start(const std::string& host, const Argv& launch_prefix,
                           const AgentProgram& program) {
  const Argv words{program.moderato.string(), "agent", "--state-dir", program.state_dir.string()};
  const Command command{behind(launch_prefix, words), {}};
  auto process = moderato::start(command, Stderr::share, OnParentDeath::live_on);
  if (!process)
    return fail(Fault::runtime,
                fmt::format("the agent on {} cannot be started: {}", host, process.error().message),
                "is the launch prefix right, and its program installed here?");
  ::fcntl(process->in.get(), F_SETFL, O_NONBLOCK);
  auto state = std::make_unique<State>();
  state->host = host;
  state->program = program;
  state->process = std::move(*process);
  Agent agent(std::move(state));
  auto hello = agent.state_->call({.operation = Operation::hello, .owner = program.owner});
  if (!hello) return fail(hello);
  if (hello->protocol != protocol_version || hello->version != version)
    return fail(
        Fault::runtime,
        fmt::format("the agent on {} is moderato {} (protocol {}), this is {} (protocol {})", host,
                    hello->version, hello->protocol, version, protocol_version),
        "install the same version on every host");
  return agent;
}

Result<HostReport> Agent::probe() {
  auto reply = state_->call({.operation = Operation::probe});
  if (!reply) return fail(reply);
  return std::move(reply->report);
}

Result<Settings> Agent::read(const std::string& netdev, const std::vector<std::string>& knobs) {
  auto reply = state_->call({.operation = Operation::read, .netdev = netdev, .knobs = knobs});
  if (!reply) return fail(reply);
  return std::move(reply->settings);
}

Result<Settings> Agent::arm(const std::string& netdev, const std::vector<std::string>& knobs,
                            double heartbeat_s) {
  auto reply = state_->call(
      {.operation = Operation::arm, .netdev = netdev, .knobs = knobs, .heartbeat_s = heartbeat_s});
  if (!reply) return fail(reply);
  if (heartbeat_s > 0 && !state_->heartbeat.joinable())
    state_->beat_every(std::chrono::milliseconds(static_cast<std::int64_t>(heartbeat_s * 1e3 / 4)));
  return std::move(reply->settings);
}

Result<Settings> Agent::write(const std::string& netdev, const Settings& settings) {
  auto reply =
      state_->call({.operation = Operation::write, .netdev = netdev, .settings = settings});
  if (!reply) return fail(reply);
  return std::move(reply->settings);
}

Result<std::vector<std::string>> Agent::foreign(const std::string& netdev) {
  auto reply = state_->call({.operation = Operation::foreign, .netdev = netdev});
  if (!reply) return fail(reply);
  return std::move(reply->notes);
}

Result<Traffic> Agent::traffic(const std::string& netdev, const std::string& rdma) {
  auto reply = state_->call({.operation = Operation::traffic, .netdev = netdev, .rdma = rdma});
  if (!reply) return fail(reply);
  return reply->traffic;
}

Result<void> Agent::restore() {
  auto reply = state_->call({.operation = Operation::restore});
  if (!reply) return fail(reply);
  return {};
}

Result<void> Agent::release() {
  auto reply = state_->call({.operation = Operation::release});
  if (!reply) return fail(reply);
  return {};
}

Result<void> Agent::keep() {
  auto reply = state_->call({.operation = Operation::keep});
  if (!reply) return fail(reply);
  return {};
}

Result<Agent::Recovered> Agent::pending() {
  auto reply = state_->call({.operation = Operation::pending});
  if (!reply) return fail(reply);
  return Recovered{std::move(reply->notes), std::move(reply->namespaces)};
}

Result<Agent::Recovered> Agent::recover() {
  auto reply = state_->call({.operation = Operation::recover});
  if (!reply) return fail(reply);
  return Recovered{std::move(reply->notes), std::move(reply->namespaces)};
}

}  // namespace moderato
