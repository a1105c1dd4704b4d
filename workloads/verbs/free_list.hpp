// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <vector>

namespace moderato::workloads {

/// The buffers of a shared receive queue that are not posted, and the account of those that are.
/// One thread gives them back when their messages are consumed, another one posts them again. At
/// first all are free.
class FreeList {
 public:
  explicit FreeList(std::size_t buffers);

  /// A message has come into a posted buffer; what it was is still to be read.
  void arrived(std::int64_t now_ns);
  /// The buffer may be posted again.
  void give_back(std::size_t buffer);
  /// Waits until a buffer is free; false, when none was in time.
  bool wait(std::chrono::milliseconds patience);
  /// All that are free; from now on they count as posted.
  std::vector<std::size_t> take(std::int64_t now_ns);

  /// How long no buffer was posted into which nothing had come, as far as arrived() was told.
  std::int64_t empty_ns(std::int64_t now_ns) const;

 private:
  mutable std::mutex mutex_;
  std::condition_variable given_back_;
  std::vector<std::size_t> free_;
  std::size_t posted_ = 0;
  std::int64_t empty_since_ns_ = 0, empty_ns_ = 0;
  bool ever_posted_ = false;
};

}  // namespace moderato::workloads
