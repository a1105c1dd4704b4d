// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <optional>

#include "core/children.hpp"
#include "workload/door.hpp"
#include "workload/door_socket.hpp"

extern char** environ;

namespace moderato {
namespace {

/// Beside one for each host of the link.
constexpr std::size_t spare_visits = 8;

/// Somebody at the door.
struct Visit {
  Fd connection;   ///< closed: has gone
  pid_t pid = -1;  ///< of what runs for him; -1: has not asked yet
};

/// In a process group of its own.
Result<pid_t> start_group(const Argv& argv, const std::array<int, 3>& streams) {
  const auto started = spawn(pointers(argv), environ, streams, POSIX_SPAWN_SETPGROUP);
  if (started.error != 0)
    return std::unexpected(system_error(fmt::format("start '{}'", argv[0]), started.error));
  return started.pid;
}

void answer(const Fd& connection, const std::string& text) {
  (void)::send(connection.get(), text.data(), text.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
}

int status_of(int waited) {
  return WIFSIGNALED(waited) ? 128 + WTERMSIG(waited) : WEXITSTATUS(waited);
}

class Keeper {
 public:
  Keeper(const Door& door, Listener listener, Fd signals, pid_t command)
      : door_(door),
        listener_(std::move(listener)),
        signals_(std::move(signals)),
        command_(command) {}

  int keep() {
    while (!status_) {
      const auto ready = wait();
      if (ready.front()) take_signals();
      for (std::size_t i = 0; i < visits_.size(); ++i)
        if (ready[i + 2]) attend(visits_[i]);
      std::erase_if(
          visits_, [](const Visit& visit) { return !visit.connection.valid() && visit.pid == -1; });
      if (ready[1]) let_in();
    }
    return *status_;
  }

 private:
  /// What there is to be read: signals, the door, each visit.
  std::vector<bool> wait() const {
    std::vector<pollfd> fds{{signals_.get(), POLLIN, 0}, {listener_.socket.get(), POLLIN, 0}};
    for (const Visit& visit : visits_)
      fds.push_back({visit.connection.get(), POLLIN, 0});
    while (::poll(fds.data(), fds.size(), -1) < 0 && errno == EINTR) {
    }
    std::vector<bool> ready;
    for (const pollfd& one : fds)
      ready.push_back(one.revents != 0);
    return ready;
  }

  void take_signals() {
    signalfd_siginfo signal{};
    if (::read(signals_.get(), &signal, sizeof signal) != sizeof signal) return;
    if (signal.ssi_signo != SIGCHLD) {
      ::kill(-command_, SIGTERM);
      return;
    }
    int waited = 0;
    for (pid_t pid; (pid = ::waitpid(-1, &waited, WNOHANG)) > 0;)
      ended(pid, status_of(waited));
  }

  void ended(pid_t pid, int status) {
    if (pid == command_) status_ = status;
    for (Visit& visit : visits_) {
      if (visit.pid != pid) continue;
      if (visit.connection.valid()) answer(visit.connection, std::to_string(status));
      visit = {};
    }
  }

  void let_in() {
    Fd connection(::accept4(listener_.socket.get(), nullptr, nullptr, SOCK_CLOEXEC));
    if (!connection.valid()) return;
    const auto uid = peer_of(connection);
    if (uid != door_.user.uid)
      answer(connection, fmt::format("the door is for user '{}' alone", door_.user.name));
    else if (visits_.size() >= door_.map.size() + spare_visits)
      answer(connection, "too many are at the door");
    else
      visits_.push_back({std::move(connection)});
  }

  /// Who has asked says nothing more until he goes, and then what runs for him is ended.
  void attend(Visit& visit) {
    if (!visit.connection.valid()) return;  // it has ended just now
    if (visit.pid == -1) {
      auto started = serve(visit.connection);
      if (started) {
        visit.pid = *started;
        return;
      }
      answer(visit.connection, describe(started.error()));
    } else {
      ::kill(visit.pid, SIGTERM);
    }
    visit.connection.reset();
  }

  Result<pid_t> serve(const Fd& connection) const {
    auto parcel = receive_parcel(connection, longest_door_request);
    if (!parcel) return fail(parcel);
    auto request = parse_door_request(parcel->bytes);
    if (!request) return fail(request);
    if (!std::ranges::all_of(parcel->streams, harmless))
      return fail(Fault::usage, "the door refuses: a stream is no pipe, socket or /dev/null");
    auto argv = behind_door(door_, *request);
    if (!argv) return fail(argv);
    argv->insert(argv->begin(), {door_.moderato.string(), "run-job"});
    const auto& [in, out, err] = parcel->streams;
    return start_group(*argv, {in.get(), out.get(), err.get()});
  }

  const Door& door_;
  Listener listener_;
  Fd signals_;
  pid_t command_;
  std::vector<Visit> visits_;
  std::optional<int> status_;
};

}  // namespace

Result<int> keep_door(const Door& door, const Argv& command) {
  const sigset_t set = end_signals();
  ::sigprocmask(SIG_BLOCK, &set, nullptr);
  Fd signals(::signalfd(-1, &set, SFD_CLOEXEC));
  if (!signals.valid()) return std::unexpected(system_error("signalfd", errno));
  auto listener = listen_somewhere(static_cast<int>(door.map.size() + spare_visits));
  if (!listener) return fail(listener);
  ::setenv(door_variable, listener->name.c_str(), 1);
  Argv argv{door.moderato.string(), "run-as", door.user.name, "--"};
  argv.insert(argv.end(), command.begin(), command.end());
  auto started = start_group(argv, {-1, -1, -1});
  if (!started) return fail(started);
  return Keeper(door, std::move(*listener), std::move(signals), *started).keep();
}

}  // namespace moderato
