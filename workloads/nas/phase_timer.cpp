// SPDX-License-Identifier: Apache-2.0
#include "nas/phase_timer.hpp"

#include <algorithm>

namespace moderato::workloads::nas {

PhaseTimer::Phase PhaseTimer::add(std::string name) {
  names_.push_back(std::move(name));
  figures_.emplace_back();
  return figures_.size() - 1;
}

PhaseTimer::Scope::~Scope() {
  const std::int64_t duration = now_ns() - begin_ns_;
  ++figures_.calls;
  figures_.sum_ns += duration;
  figures_.min_ns = std::min(figures_.min_ns, duration);
  figures_.max_ns = std::max(figures_.max_ns, duration);
}

void PhaseTimer::Scope::sends(std::size_t bytes) {
  const auto size = static_cast<std::int64_t>(bytes);
  ++figures_.messages;
  figures_.bytes += size;
  figures_.min_bytes = std::min(figures_.min_bytes, size);
  figures_.max_bytes = std::max(figures_.max_bytes, size);
}

void PhaseTimer::clear() {
  std::ranges::fill(figures_, PhaseFigures{});
}

}  // namespace moderato::workloads::nas
