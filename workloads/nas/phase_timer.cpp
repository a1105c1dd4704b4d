// SPDX-License-Identifier: Apache-2.0
#include "nas/phase_timer.hpp"

#include <algorithm>

namespace moderato::workloads::nas {

PhaseFigures together(const PhaseFigures& a, const PhaseFigures& b) {
  return {a.calls + b.calls,
          a.sum_ns + b.sum_ns,
          std::min(a.min_ns, b.min_ns),
          std::max(a.max_ns, b.max_ns),
          a.messages + b.messages,
          a.bytes + b.bytes,
          std::min(a.min_bytes, b.min_bytes),
          std::max(a.max_bytes, b.max_bytes)};
}

PhaseTimer::Phase PhaseTimer::add(std::string name) {
  names_.push_back(std::move(name));
  figures_.emplace_back();
  kept_.emplace_back();
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

void PhaseTimer::begin_run() {
  std::ranges::fill(figures_, PhaseFigures{});
}

void PhaseTimer::keep_run() {
  std::ranges::transform(kept_, figures_, kept_.begin(), together);
}

}  // namespace moderato::workloads::nas
