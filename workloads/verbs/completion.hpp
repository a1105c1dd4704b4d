// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "verbs/port.hpp"
#include "verbs/waiting.hpp"

namespace moderato::workloads {

/// Where work requests report that they are done. Who waits for that polls, or sleeps in the kernel
/// until the NIC interrupts.
class CompletionQueue {
 public:
  CompletionQueue(const Port& port, int entries, const VerbsArguments& arguments);
  ~CompletionQueue();
  CompletionQueue(const CompletionQueue&) = delete;
  CompletionQueue& operator=(const CompletionQueue&) = delete;

  /// The next completion, if there is one. Throws Failure when its work request failed.
  std::optional<ibv_wc> poll();
  /// The next completion; nothing, when none came in time. Who blocks needs a Ticker.
  std::optional<ibv_wc> wait(std::chrono::milliseconds patience);

  ibv_cq* get() const { return queue_.get(); }

 private:
  std::optional<ibv_wc> spin(std::chrono::milliseconds patience);
  std::optional<ibv_wc> sleep(std::chrono::milliseconds patience);
  void arm();
  bool next_event();

  bool blocking_, yield_, armed_ = false;
  unsigned events_ = 0;  ///< not acknowledged yet
  ChannelHandle channel_;
  CompletionHandle queue_;
};

/// Limits how often the queue may interrupt, where the device can do that; else throws Failure.
void moderate(const Port& port, const CompletionQueue& queue, const VerbsArguments& arguments);

}  // namespace moderato::workloads
