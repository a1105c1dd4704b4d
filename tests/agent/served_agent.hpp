// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <thread>

#include "agent/guard_bench.hpp"
#include "agent/protocol.hpp"
#include "agent/server.hpp"
#include "eventually.hpp"

namespace moderato {

/// Long enough for a busy machine; nothing that works waits for it.
inline constexpr auto patience = std::chrono::seconds(20);

inline bool eventually(const std::function<bool()>& holds) {
  return eventually(patience, holds);
}

/// serve() in a process of its own, as a tuner sees it: two pipes.
class ServedAgent {
 public:
  /// `errors`: the file that is its stderr; "": one beside the NIC.
  explicit ServedAgent(const GuardBench& bench, const std::string& errors = "")
      : errors_(errors.empty() ? bench.nic().string() + ".stderr" : errors) {
    ::signal(SIGPIPE, SIG_IGN);
    int in[2], out[2];
    REQUIRE(::pipe2(in, O_CLOEXEC) == 0);
    REQUIRE(::pipe2(out, O_CLOEXEC) == 0);
    pid_ = ::fork();
    if (pid_ == 0) become_agent(bench, in[0], out[1]);
    ::close(in[0]);
    ::close(out[1]);
    in_ = Fd(in[1]);
    out_ = Fd(out[0]);
  }
  ServedAgent(const ServedAgent&) = delete;
  ServedAgent& operator=(const ServedAgent&) = delete;
  ~ServedAgent() {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }

  void send(std::string_view text) {
    while (!text.empty()) {
      const auto n = ::write(in_.get(), text.data(), text.size());
      if (n < 0) return;  // the agent has left: the test looks at how
      text.remove_prefix(static_cast<std::size_t>(n));
    }
  }
  void send(const Request& request) { send(encode(request) + "\n"); }

  /// Empty: the agent closed its output.
  std::optional<Reply> receive() {
    for (;;) {
      if (const auto newline = received_.find('\n'); newline != std::string::npos) {
        auto reply = decode_reply(received_.substr(0, newline));
        received_.erase(0, newline + 1);
        REQUIRE(reply);
        return *reply;
      }
      pollfd fds{out_.get(), POLLIN, 0};
      REQUIRE(::poll(&fds, 1, std::chrono::milliseconds(patience).count()) == 1);
      char bytes[4096];
      const auto n = ::read(out_.get(), bytes, sizeof bytes);
      if (n <= 0) return std::nullopt;
      received_.append(bytes, static_cast<std::size_t>(n));
    }
  }

  Reply ask(Request request) {
    request.id = ++last_id_;
    send(request);
    auto reply = receive();
    REQUIRE(reply);
    CHECK(reply->id == last_id_);
    return *reply;
  }
  /// ask(), where it has to work.
  Reply demand(const Request& request) {
    auto reply = ask(request);
    REQUIRE_MESSAGE(reply.outcome, message_of(reply.outcome));
    return reply;
  }
  void arm(double heartbeat_s = 0, const std::string& netdev = "eth0") {
    demand({.operation = Operation::arm,
            .netdev = netdev,
            .knobs = rx_knobs,
            .heartbeat_s = heartbeat_s});
  }
  /// Both at once, so that no heartbeat can be missed in between however busy the machine is. Two
  /// replies follow.
  void arm_and_write(double heartbeat_s, const Settings& settings) {
    const Request arming{.id = ++last_id_,
                         .operation = Operation::arm,
                         .netdev = "eth0",
                         .knobs = rx_knobs,
                         .heartbeat_s = heartbeat_s};
    const Request writing{
        .id = ++last_id_, .operation = Operation::write, .netdev = "eth0", .settings = settings};
    send(encode(arming) + "\n" + encode(writing) + "\n");
  }

  void close_input() { in_.reset(); }
  void close_output() { out_.reset(); }
  void signal(int number) const { REQUIRE(::kill(pid_, number) == 0); }

  /// The exit status once it has ended; -1 if a signal killed it.
  int wait() {
    int status = 0;
    REQUIRE(eventually([&] { return ::waitpid(pid_, &status, WNOHANG) == pid_; }));
    pid_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }
  std::string errors() const { return read_file(errors_).value(); }

 private:
  [[noreturn]] void become_agent(const GuardBench& bench, int in, int out) const {
    const int err = ::open(errors_.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0644);
    ::dup2(in, 0);
    ::dup2(out, 1);
    ::dup2(err, 2);
    ::close_range(3, ~0u, 0);  // the pipes of other agents would never close otherwise
    const Interrupt interrupt;
    ::_exit(serve(bench.access(), bench.state_dir(), 0, 1, interrupt));
  }

  std::string errors_;
  pid_t pid_ = -1;
  Fd in_, out_;
  std::string received_;
  std::int64_t last_id_ = 0;
};

}  // namespace moderato
