// SPDX-License-Identifier: Apache-2.0
#include "verbs/waiting.hpp"

#include <signal.h>
#include <unistd.h>

#include "common/failure.hpp"

// Older C libraries have the field without its name.
#ifndef sigev_notify_thread_id
#define sigev_notify_thread_id _sigev_un._tid
#endif

namespace moderato::workloads {

Ticker::Ticker(std::chrono::milliseconds period) {
  struct sigaction action {};
  action.sa_handler = [](int) {};  // no SA_RESTART: to interrupt is all that it is for
  ::sigaction(SIGALRM, &action, nullptr);
  sigevent event{};
  event.sigev_notify = SIGEV_THREAD_ID;  // the threads of Open MPI have no use for it
  event.sigev_signo = SIGALRM;
  event.sigev_notify_thread_id = ::gettid();
  if (::timer_create(CLOCK_MONOTONIC, &event, &timer_) != 0) throw_errno("make a timer");
  const timespec span{period.count() / 1000, period.count() % 1000 * 1'000'000};
  const itimerspec times{span, span};
  ::timer_settime(timer_, 0, &times, nullptr);
}

Ticker::~Ticker() {
  ::timer_delete(timer_);
}

}  // namespace moderato::workloads
