// SPDX-License-Identifier: Apache-2.0
#include "agent/server.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <syslog.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <optional>

#include "agent/protocol.hpp"
#include "core/printing.hpp"
#include "core/version.hpp"

namespace moderato {
namespace {

using Clock = std::chrono::steady_clock;

enum class Heard { line, end, silence };

/// Input as lines, bounded, with a deadline.
class LineReader {
 public:
  LineReader(int fd, const Interrupt& interrupt) : fd_(fd), interrupt_(interrupt) {}

  /// The next line; `end` at end of input, a line too long or SIGTERM; `silence` at the deadline.
  Heard next(std::optional<Clock::time_point> deadline, std::string& line) {
    for (;;) {
      if (const auto newline = buffer_.find('\n'); newline != std::string::npos) {
        line = buffer_.substr(0, newline);
        buffer_.erase(0, newline + 1);
        return Heard::line;
      }
      if (buffer_.size() > max_protocol_line) return Heard::end;
      if (const Heard heard = wait(deadline); heard != Heard::line) return heard;
      char bytes[65536];
      const ssize_t n = ::read(fd_, bytes, sizeof bytes);
      if (n == 0 || (n < 0 && errno != EINTR && errno != EAGAIN)) return Heard::end;
      if (n > 0) buffer_.append(bytes, static_cast<std::size_t>(n));
    }
  }

 private:
  /// Until there is something to read (`line`), SIGTERM or the deadline. Input comes before the
  /// deadline: signs of life that arrived while the agent was busy count.
  Heard wait(std::optional<Clock::time_point> deadline) const {
    for (;;) {
      // Only SIGTERM ends an agent; while another signal is pending the signalfd stays readable, so
      // it is watched at intervals instead of being polled.
      if (interrupt_.came(SIGTERM)) return Heard::end;
      auto slice = std::chrono::milliseconds(200);
      if (deadline) slice = std::clamp(left_until(*deadline), std::chrono::milliseconds(0), slice);
      pollfd fds{fd_, POLLIN, 0};
      if (::poll(&fds, 1, static_cast<int>(slice.count())) > 0) return Heard::line;
      if (deadline && left_until(*deadline).count() <= 0) return Heard::silence;
    }
  }

  static std::chrono::milliseconds left_until(Clock::time_point deadline) {
    return std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now());
  }

  int fd_;
  const Interrupt& interrupt_;
  std::string buffer_;
};

void complain(const std::string& text) {
  say(stderr, fmt::format("moderato agent: {}\n", text));
  ::syslog(LOG_DAEMON | LOG_ERR, "%s", text.c_str());
}

class Server {
 public:
  Server(HostAccess host, const std::filesystem::path& state_dir)
      : guard_(std::move(host), state_dir) {}

  Reply answer(const Request& request) {
    Reply reply;
    reply.id = request.id;
    if (dead_man_fired_ && request.operation != Operation::hello)
      reply.outcome =
          fail(Fault::runtime, "no sign of life from the tuner in time: " + what_became_of_it(),
               "continue with `moderato tune --resume`; safety.heartbeat_timeout_s sets the time");
    else
      reply.outcome = perform(request, reply);
    return reply;
  }

  std::optional<Clock::time_point> deadline() const {
    if (!guard_.armed() || heartbeat_.count() <= 0) return std::nullopt;
    return last_heard_ + heartbeat_;
  }

  void heard() { last_heard_ = Clock::now(); }

  /// Complains last: whoever is to read it may be dead, or no longer reading.
  void dead_man() {
    dead_man_fired_ = true;
    heartbeat_ = {};
    const auto released = guard_.release();
    complain("the tuner has gone silent: " + what_became_of_it());
    if (!released) complain(describe(released.error()));
  }

  int leave() {
    if (auto released = guard_.release(); !released) {
      complain(describe(released.error()) + "; `moderato restore` tries again");
      return 1;
    }
    return 0;
  }

 private:
  /// What could not be put back is armed still.
  std::string what_became_of_it() const {
    return guard_.armed() ? "the baseline could not be put back" : "the baseline was put back";
  }

  Result<void> perform(const Request& request, Reply& reply) {
    switch (request.operation) {
      case Operation::hello:
        if (!request.owner.empty()) guard_.works_for(request.owner);
        reply.protocol = protocol_version;
        reply.version = version;
        reply.host = host_name();
        return {};
      case Operation::probe:
        reply.report = guard_.probe();
        return {};
      case Operation::read:
        return take(guard_.read(request.netdev, request.knobs), reply.settings);
      case Operation::arm:
        heartbeat_ =
            std::chrono::milliseconds(static_cast<std::int64_t>(request.heartbeat_s * 1e3));
        return take(guard_.arm(request.netdev, request.knobs), reply.settings);
      case Operation::write:
        return take(guard_.write(request.netdev, request.settings), reply.settings);
      case Operation::foreign:
        return take(guard_.foreign(request.netdev), reply.notes);
      case Operation::restore:
        return guard_.restore();
      case Operation::release:
        return guard_.release();
      case Operation::keep:
        return guard_.keep();
      case Operation::pending:
        return recover(Guard::Doing::nothing, reply);
      case Operation::recover:
        return recover(Guard::Doing::it, reply);
      case Operation::traffic:
        reply.traffic = guard_.traffic(request.netdev, request.rdma);
        return {};
      case Operation::beat:
        return {};
    }
    return fail(Fault::usage, "unknown operation");
  }

  template <typename T>
  static Result<void> take(Result<T> result, T& into) {
    if (!result) return fail(result);
    into = std::move(*result);
    return {};
  }

  Result<void> recover(Guard::Doing doing, Reply& reply) {
    auto recovery = guard_.recover(doing);
    if (!recovery) return fail(recovery);
    reply.notes = std::move(recovery->notes);
    reply.namespaces = std::move(recovery->namespaces);
    return {};
  }

  static std::string host_name() {
    char name[256] = "";
    ::gethostname(name, sizeof name - 1);
    return name;
  }

  Guard guard_;
  std::chrono::milliseconds heartbeat_{0};
  Clock::time_point last_heard_ = Clock::now();
  bool dead_man_fired_ = false;
};

bool send(int fd, const std::string& text) {
  std::string_view left = text;
  while (!left.empty()) {
    const ssize_t n = ::write(fd, left.data(), left.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return false;
    left.remove_prefix(static_cast<std::size_t>(n));
  }
  return true;
}

}  // namespace

int serve(HostAccess host, const std::filesystem::path& state_dir, int in, int out,
          const Interrupt& interrupt) {
  Server server(std::move(host), state_dir);
  LineReader reader(in, interrupt);
  std::string line;
  for (;;) {
    const Heard heard = reader.next(server.deadline(), line);
    if (heard == Heard::end) return server.leave();
    if (heard == Heard::silence) {
      server.dead_man();
      continue;
    }
    server.heard();
    auto request = decode_request(line);
    Reply reply;
    if (request) {
      reply = server.answer(*request);
      if (request->operation == Operation::beat) continue;
    } else {
      reply.outcome = fail(request);
    }
    // Whoever sends what is no request cannot be trusted to say when to restore.
    if (!send(out, encode(reply) + "\n") || !request) return server.leave();
  }
}

}  // namespace moderato
