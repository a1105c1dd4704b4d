// SPDX-License-Identifier: Apache-2.0
#include "core/interrupt.hpp"

#include <signal.h>
#include <sys/signalfd.h>

#include <array>

namespace moderato {
namespace {

constexpr std::array caught{SIGINT, SIGTERM, SIGHUP, SIGQUIT};

sigset_t caught_set() {
  sigset_t set;
  ::sigemptyset(&set);
  for (const int number : caught)
    ::sigaddset(&set, number);
  return set;
}

}  // namespace

Interrupt::Interrupt() {
  const sigset_t set = caught_set();
  ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
  ::signal(SIGPIPE, SIG_IGN);  // a reader that went away is an error of write(), not our death
  fd_ = Fd(::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
}

std::optional<int> Interrupt::signal() const {
  for (const int number : caught) {
    if (came(number)) return number;
  }
  return std::nullopt;
}

// The signalfd is never read: the signal stays pending, so the descriptor stays readable.
bool Interrupt::came(int number) const {
  sigset_t pending;
  ::sigpending(&pending);
  return ::sigismember(&pending, number) == 1;
}

}  // namespace moderato
