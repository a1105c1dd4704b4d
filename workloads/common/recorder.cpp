// SPDX-License-Identifier: Apache-2.0
#include "common/recorder.hpp"

namespace moderato::workloads {

// Filled with something other than zero: zeroed pages may still be one shared page of zeros.
Recorder::Recorder(std::size_t warmup, std::size_t iterations)
    : warmup_(warmup), durations_(iterations, -1) {}

std::vector<std::int64_t> Recorder::take() && {
  durations_.resize(kept_);
  return std::move(durations_);
}

}  // namespace moderato::workloads
