// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <time.h>

#include <cstddef>
#include <cstdint>
#include <vector>

namespace moderato::workloads {

/// Nanoseconds of the monotonic clock (through the vDSO, no system call).
inline std::int64_t now_ns() {
  timespec t;
  ::clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1'000'000'000LL + t.tv_nsec;
}

/// Takes the durations of one run. Its memory is there, and touched, before the run starts, so
/// that a record costs one store; the first `warmup` durations are not kept.
class Recorder {
 public:
  Recorder(std::size_t warmup, std::size_t iterations);

  void record(std::int64_t duration_ns) {
    if (seen_++ >= warmup_) durations_[kept_++] = duration_ns;
  }
  /// warmup + iterations: what the measuring loop counts up to.
  std::size_t planned() const { return warmup_ + durations_.size(); }
  std::size_t warmup() const { return warmup_; }

  /// What was kept, in order, in nanoseconds.
  std::vector<std::int64_t> take() &&;

 private:
  std::size_t warmup_, seen_ = 0, kept_ = 0;
  std::vector<std::int64_t> durations_;
};

}  // namespace moderato::workloads
