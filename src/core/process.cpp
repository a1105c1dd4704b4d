// SPDX-License-Identifier: Apache-2.0
#include "core/process.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <vector>

#include "core/children.hpp"

extern char** environ;

namespace moderato {
namespace {

using Clock = std::chrono::steady_clock;

struct Pipe {
  Fd read_end, write_end;
};

Result<Pipe> make_pipe() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return std::unexpected(system_error("pipe", errno));
  return Pipe{Fd(ends[0]), Fd(ends[1])};
}

/// The environment of the child, as execvpe wants it; built before the fork, because after it only
/// async-signal-safe calls are allowed.
std::vector<std::string> child_environment(const std::map<std::string, std::string>& added) {
  std::vector<std::string> entries;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string text = *entry;
    if (!added.contains(text.substr(0, text.find('=')))) entries.push_back(text);
  }
  for (const auto& [name, value] : added)
    entries.push_back(fmt::format("{}={}", name, value));
  return entries;
}

void reset_signals() {
  struct sigaction standard {};
  standard.sa_handler = SIG_DFL;
  for (int number = 1; number < NSIG; ++number)
    ::sigaction(number, &standard, nullptr);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

/// Runs in the child. Returns only if exec failed, with errno set.
void become(const std::vector<char*>& argv, const std::vector<char*>& environment, int in, int out,
            int err, pid_t parent) {
  ::setpgid(0, 0);
  ::prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (::getppid() != parent) ::_exit(1);  // it died before the line above
  reset_signals();
  if (::dup2(in, 0) < 0 || ::dup2(out, 1) < 0 || (err >= 0 && ::dup2(err, 2) < 0)) return;
  ::execvpe(argv[0], argv.data(), environment.data());
}

/// The errno that the child reports through the close-on-exec pipe, 0 if exec worked.
int exec_error(int report_fd) {
  int error = 0;
  ssize_t n;
  do {
    n = ::read(report_fd, &error, sizeof error);
  } while (n < 0 && errno == EINTR);
  return n == sizeof error ? error : 0;
}

void keep_tail(std::string& text, std::size_t limit) {
  if (text.size() > limit) text.erase(0, text.size() - limit);
}

/// Reads what is there. False at end of file.
bool drain(int fd, std::string& into) {
  std::array<char, 65536> buffer;
  const ssize_t n = ::read(fd, buffer.data(), buffer.size());
  if (n < 0) return errno == EINTR || errno == EAGAIN;
  into.append(buffer.data(), static_cast<std::size_t>(n));
  return n > 0;
}

/// Reads both pipes until they close or a limit is hit.
RunEnd collect(Process& process, const RunLimits& limits, Clock::time_point deadline,
               RunResult& result) {
  while (process.out.valid() || process.err.valid()) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now()).count();
    if (left <= 0) return RunEnd::timed_out;
    std::array<pollfd, 3> fds{{{process.out.get(), POLLIN, 0},
                               {process.err.get(), POLLIN, 0},
                               {limits.interrupt_fd, POLLIN, 0}}};
    if (::poll(fds.data(), fds.size(), static_cast<int>(left)) < 0 && errno != EINTR) break;
    if (fds[2].revents != 0) return RunEnd::interrupted;
    if (fds[0].revents != 0 && !drain(process.out.get(), result.out)) process.out.reset();
    if (fds[1].revents != 0 && !drain(process.err.get(), result.err)) process.err.reset();
    keep_tail(result.err, 65536);
    if (result.out.size() > limits.max_output) return RunEnd::too_much_output;
  }
  return RunEnd::exited;
}

/// Waits for the child until `deadline`; false if it is still there.
bool reap(pid_t pid, Clock::time_point deadline, int& status) {
  for (;;) {
    const pid_t done = ::waitpid(pid, &status, WNOHANG);
    if (done == pid || (done < 0 && errno != EINTR)) return true;
    if (Clock::now() >= deadline) return false;
    ::usleep(1000);
  }
}

int end_group(pid_t pid, std::chrono::seconds grace) {
  int status = 0;
  ::kill(-pid, SIGTERM);
  if (!reap(pid, Clock::now() + grace, status)) {
    ::kill(-pid, SIGKILL);
    while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
  }
  return status;
}

struct Streams {
  int in, out, err;  ///< of the child; `err` -1: the caller's
};

/// A child that dies with its parent.
Result<Started> fork_and_exec(const std::vector<char*>& argv, const std::vector<char*>& environment,
                              const Streams& streams) {
  auto report = make_pipe();
  if (!report) return fail(report);
  const pid_t parent = ::getpid();
  const pid_t pid = ::fork();
  if (pid < 0) return std::unexpected(system_error("fork", errno));
  if (pid == 0) {
    become(argv, environment, streams.in, streams.out, streams.err, parent);
    const int error = errno;
    [[maybe_unused]] const ssize_t n = ::write(report->write_end.get(), &error, sizeof error);
    ::_exit(127);
  }
  ::setpgid(pid, pid);  // both sides do it, so that it holds whoever comes first
  report->write_end.reset();
  const int error = exec_error(report->read_end.get());
  if (error != 0) ::waitpid(pid, nullptr, 0);
  return Started{pid, error};
}

}  // namespace

Result<Process> start(const Command& command, Stderr err, OnParentDeath on_parent_death) {
  if (command.argv.empty()) return fail(Fault::usage, "an empty command cannot be started");
  auto in = make_pipe(), out = make_pipe();
  auto err_pipe = err == Stderr::capture ? make_pipe() : Result<Pipe>(Pipe{});
  if (!in || !out || !err_pipe)
    return std::unexpected(
        system_error("pipe", EMFILE, "raise the limit of open files (ulimit -n)"));
  const auto environment_texts = child_environment(command.environment);
  const auto argv = pointers(command.argv);
  const auto environment = pointers(environment_texts);
  const Streams streams{in->read_end.get(), out->write_end.get(), err_pipe->write_end.get()};
  auto started =
      on_parent_death == OnParentDeath::terminate
          ? fork_and_exec(argv, environment, streams)
          : Result<Started>(spawn(argv, environment.data(), {streams.in, streams.out, streams.err},
                                  POSIX_SPAWN_SETSID));
  if (!started) return fail(started);
  if (started->error != 0)
    return std::unexpected(system_error(fmt::format("start '{}'", command.argv[0]), started->error,
                                        "is the program installed and on PATH?"));
  return Process{started->pid, std::move(in->write_end), std::move(out->read_end),
                 std::move(err_pipe->read_end)};
}

Result<RunResult> run(const Command& command, const RunLimits& limits) {
  const auto begin = Clock::now();
  auto process = start(command, Stderr::capture, OnParentDeath::terminate);
  if (!process) return fail(process);
  process->in.reset();
  RunResult result;
  const auto deadline = begin + limits.timeout;
  result.end = collect(*process, limits, deadline, result);
  int status = 0;
  if (result.end == RunEnd::exited && !reap(process->pid, deadline, status))
    result.end = RunEnd::timed_out;
  if (result.end != RunEnd::exited) status = end_group(process->pid, limits.grace);
  ::kill(-process->pid, SIGKILL);  // what the program left behind in its group
  result.seconds = std::chrono::duration<double>(Clock::now() - begin).count();
  if (result.end == RunEnd::exited && WIFSIGNALED(status)) result.end = RunEnd::signalled;
  result.status = WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status);
  return result;
}

std::string describe(const RunResult& result, const RunLimits& limits) {
  switch (result.end) {
    case RunEnd::exited:
      return fmt::format("exited with status {}", result.status);
    case RunEnd::signalled:
      return fmt::format("killed by signal {} ({})", result.status, ::strsignal(result.status));
    case RunEnd::timed_out:
      return fmt::format("no end within {:g} s", static_cast<double>(limits.timeout.count()) / 1e3);
    case RunEnd::interrupted:
      return "interrupted";
    case RunEnd::too_much_output:
      return fmt::format("more than {} bytes of output", limits.max_output);
  }
  return {};
}

}  // namespace moderato
