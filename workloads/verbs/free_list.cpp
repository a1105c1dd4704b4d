// SPDX-License-Identifier: Apache-2.0
#include "verbs/free_list.hpp"

#include <numeric>
#include <utility>

namespace moderato::workloads {

FreeList::FreeList(std::size_t buffers) : free_(buffers) {
  std::iota(free_.begin(), free_.end(), std::size_t{0});
}

void FreeList::arrived(std::int64_t now_ns) {
  const std::lock_guard lock(mutex_);
  if (--posted_ == 0) empty_since_ns_ = now_ns;
}

void FreeList::give_back(std::size_t buffer) {
  const std::lock_guard lock(mutex_);
  free_.push_back(buffer);
  if (free_.size() == 1) given_back_.notify_one();
}

bool FreeList::wait(std::chrono::milliseconds patience) {
  std::unique_lock lock(mutex_);
  return given_back_.wait_for(lock, patience, [&] { return !free_.empty(); });
}

std::vector<std::size_t> FreeList::take(std::int64_t now_ns) {
  const std::lock_guard lock(mutex_);
  if (free_.empty()) return {};
  // The time before the first post is nobody's fault.
  if (posted_ == 0 && ever_posted_) empty_ns_ += now_ns - empty_since_ns_;
  ever_posted_ = true;
  posted_ += free_.size();
  return std::exchange(free_, {});
}

std::int64_t FreeList::empty_ns(std::int64_t now_ns) const {
  const std::lock_guard lock(mutex_);
  return empty_ns_ + (posted_ == 0 && ever_posted_ ? now_ns - empty_since_ns_ : 0);
}

}  // namespace moderato::workloads
