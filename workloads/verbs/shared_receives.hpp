// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <exception>
#include <map>
#include <string>
#include <thread>

#include "verbs/free_list.hpp"
#include "verbs/memory.hpp"
#include "verbs/port.hpp"
#include "verbs/waiting.hpp"

namespace moderato::workloads {

/// A shared receive queue with its buffers. Whoever has read a message gives the buffer back; but
/// only a thread that sleeps until the device reports fewer posted buffers than the limit posts
/// them again. So a limit that is too low lets the queue run empty, and senders are turned away
/// (RNR NAK); one that is too high has the thread run all the time.
class SharedReceives {
 public:
  SharedReceives(const Port& port, ibv_pd& domain, std::size_t message_size,
                 const VerbsArguments& arguments);
  ~SharedReceives();
  SharedReceives(const SharedReceives&) = delete;
  SharedReceives& operator=(const SharedReceives&) = delete;

  ibv_srq* get() const { return queue_.get(); }

  /// To be called once for each completed receive; returns its message. The buffer is the wr_id.
  std::span<const char> arrived(const ibv_wc& done);
  void give_back(std::size_t buffer) { free_.give_back(buffer); }

  /// Throws what has stopped the thread, if anything has.
  void check() const;
  /// limit_events, refills, empty_us, since the last reset().
  std::map<std::string, double> counters() const;
  void reset();

 private:
  void post(std::size_t buffer);
  void arm();
  void refill();
  void serve_events();
  bool next_event_is_limit();

  const Port& port_;
  std::size_t message_size_;
  std::uint32_t limit_;
  Memory memory_;
  SharedQueueHandle queue_;
  FreeList free_;
  std::atomic<std::uint64_t> limit_events_ = 0, refills_ = 0;
  std::uint64_t old_limit_events_ = 0, old_refills_ = 0;
  std::int64_t old_empty_ns_ = 0;
  std::exception_ptr failure_;
  std::atomic<bool> failed_ = false, stopping_ = false;
  std::thread thread_;
};

/// Throws Failure unless 1 <= limit < size, and the device and the memory allow the size.
void check_shared_receives(const Port& port, std::size_t message_size,
                           const VerbsArguments& arguments);

}  // namespace moderato::workloads
