// SPDX-License-Identifier: Apache-2.0
#include "core/supervise.hpp"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <set>
#include <vector>

#include "core/children.hpp"

namespace moderato {
namespace {

constexpr timespec grace{1, 0};
constexpr int not_started = 127;  // as shells say it

[[noreturn]] void become(const Argv& argv, const sigset_t& mask) {
  ::setpgid(0, 0);
  ::prctl(PR_SET_PDEATHSIG, SIGTERM);
  ::sigprocmask(SIG_SETMASK, &mask, nullptr);
  const auto words = pointers(argv);
  ::execvp(words[0], words.data());
  std::perror(words[0]);
  ::_exit(not_started);
}

bool reaped(pid_t child, int& status) {
  return ::waitpid(child, &status, WNOHANG) == child;
}

/// What is left of the group goes, also when the child itself has ended already.
void end_group(pid_t child, int& status) {
  ::kill(-child, SIGTERM);
  sigset_t chld;
  ::sigemptyset(&chld);
  ::sigaddset(&chld, SIGCHLD);
  if (!reaped(child, status)) ::sigtimedwait(&chld, nullptr, &grace);
  ::kill(-child, SIGKILL);
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
}

/// Numbers of the caller's children, orphans that came to it included. None where the kernel does
/// not list them (CONFIG_PROC_CHILDREN).
std::vector<pid_t> children() {
  std::ifstream file("/proc/thread-self/children");
  return {std::istream_iterator<pid_t>(file), {}};
}

/// Ends what is left: ranks whose mpirun was killed, say. It may leave orphans in its turn.
void end_orphans() {
  std::set<pid_t> told;
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(grace.tv_sec);
  for (;;) {
    const pid_t ended = ::waitpid(-1, nullptr, WNOHANG);
    if (ended < 0 && errno == ECHILD) return;
    if (ended != 0) continue;
    const auto left = children();
    if (left.empty()) return;
    const bool late = std::chrono::steady_clock::now() >= deadline;
    for (const pid_t orphan : left) {
      if (late || told.insert(orphan).second) ::kill(orphan, late ? SIGKILL : SIGTERM);
    }
    ::usleep(1000);
  }
}

}  // namespace

Result<int> supervise(const Argv& argv) {
  const pid_t parent = ::getppid();
  const sigset_t set = end_signals();
  sigset_t before;
  ::sigprocmask(SIG_BLOCK, &set, &before);
  ::prctl(PR_SET_PDEATHSIG, SIGTERM);
  ::prctl(PR_SET_CHILD_SUBREAPER, 1);
  if (::getppid() != parent) return fail(Fault::runtime, "mpirun has ended already");
  const pid_t child = ::fork();
  if (child < 0) return std::unexpected(system_error("fork", errno));
  if (child == 0) become(argv, before);
  ::setpgid(child, child);  // both sides do it, so that it holds whoever comes first
  int status = 0;
  for (;;) {
    const int number = ::sigwaitinfo(&set, nullptr);
    if (number == SIGCHLD && reaped(child, status)) break;
    if (number > 0 && number != SIGCHLD) {
      end_group(child, status);
      end_orphans();
      return 128 + number;
    }
  }
  end_orphans();
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

}  // namespace moderato
