// SPDX-License-Identifier: Apache-2.0
// In child processes: signals are blocked for good once an Interrupt has been made.
#include "core/interrupt.hpp"

#include <doctest/doctest.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <functional>

namespace moderato {
namespace {

/// The exit status of `body` in a child.
int in_child(const std::function<int()>& body) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(body());
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

}  // namespace

TEST_CASE("a signal does not end the program but can be asked for, and stays") {
  for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGQUIT}) {
    CHECK(in_child([&] {
            const Interrupt interrupt;
            if (interrupt.signal()) return 1;
            ::raise(number);
            if (interrupt.signal() != number) return 2;
            return interrupt.signal() == number ? 0 : 3;
          }) == 0);
  }
}

TEST_CASE("the descriptor is readable from the first signal on, not before") {
  CHECK(in_child([] {
          const Interrupt interrupt;
          pollfd fds{interrupt.fd(), POLLIN, 0};
          if (::poll(&fds, 1, 0) != 0) return 1;
          ::raise(SIGTERM);
          if (::poll(&fds, 1, 1000) != 1) return 2;
          return ::poll(&fds, 1, 0) == 1 ? 0 : 3;
        }) == 0);
}

}  // namespace moderato
