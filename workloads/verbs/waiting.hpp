// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sched.h>
#include <time.h>

#include <chrono>

#include "common/recorder.hpp"

namespace moderato::workloads {

/// How long a rank waits for another one before it gives the run up.
inline constexpr std::chrono::milliseconds silence{10'000};

/// The end of a wait. It is looked at seldom: only when nothing has come for a while.
class Deadline {
 public:
  explicit Deadline(std::chrono::milliseconds patience)
      : end_(now_ns() + std::chrono::nanoseconds(patience).count()) {}
  bool over() const { return now_ns() >= end_; }

 private:
  std::int64_t end_;
};

/// Tells the core that this is a loop that waits. A hyperthread beside it runs faster meanwhile,
/// and an emulator turns to the other CPUs.
inline void pause_core() {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  asm volatile("yield");
#endif
}

/// Looks until `look` is true, or until `patience` is over, and then returns false. The clock is
/// read only now and then, so that what comes soon is seen at once.
template <class Look>
bool spin_until(Look look, std::chrono::milliseconds patience, bool yield) {
  constexpr int looks_a_clock = 1000;
  for (int i = 0; i < looks_a_clock; ++i) {
    if (look()) return true;
    if (yield) ::sched_yield();
    pause_core();
  }
  const Deadline deadline(patience);
  do {
    for (int i = 0; i < looks_a_clock; ++i) {
      if (look()) return true;
      if (yield) ::sched_yield();
      pause_core();
    }
  } while (!deadline.over());
  return false;
}

/// Wakes the thread that made it, again and again, from system calls that would sleep on: they
/// return EINTR. It costs nothing where nobody sleeps too long.
class Ticker {
 public:
  explicit Ticker(std::chrono::milliseconds period);
  ~Ticker();
  Ticker(const Ticker&) = delete;
  Ticker& operator=(const Ticker&) = delete;

 private:
  timer_t timer_{};
};

}  // namespace moderato::workloads
