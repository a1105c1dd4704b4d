// SPDX-License-Identifier: Apache-2.0
#include "verbs/completion.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>

#include "common/failure.hpp"

namespace moderato::workloads {
namespace {

/// To acknowledge takes a lock; queues are destroyed only when all events are.
constexpr unsigned events_at_once = 1000;

const char* remedy(ibv_wc_status status) {
  switch (status) {
    case IBV_WC_RETRY_EXC_ERR:
      return ": the other side does not answer; are both devices on one network, and UDP port 4791 "
             "open between them?";
    case IBV_WC_WR_FLUSH_ERR:
      return ": the connection is broken; is the other side still there?";
    default:
      return "";
  }
}

void check_limit(const char* option, int value, std::uint16_t limit, const Port& port) {
  if (value > limit) throw Failure(fmt::format("{}: at most {} on {}", option, limit, port.device));
}

}  // namespace

CompletionQueue::CompletionQueue(const Port& port, int entries, const VerbsArguments& arguments)
    : blocking_(arguments.blocking()), yield_(arguments.yield) {
  if (blocking_) {
    channel_.reset(::ibv_create_comp_channel(port.context.get()));
    if (channel_ == nullptr)
      throw_errno(fmt::format("make a completion channel of {}", port.device));
  }
  queue_.reset(::ibv_create_cq(port.context.get(), entries, nullptr, channel_.get(), 0));
  if (queue_ == nullptr)
    throw_errno(fmt::format("make a completion queue of {} with {} entries", port.device, entries));
}

CompletionQueue::~CompletionQueue() {
  if (queue_ != nullptr && events_ > 0) ::ibv_ack_cq_events(queue_.get(), events_);
}

std::optional<ibv_wc> CompletionQueue::poll() {
  ibv_wc done;
  const int count = ::ibv_poll_cq(queue_.get(), 1, &done);
  if (count == 0) return {};
  if (count < 0) throw Failure("poll a completion queue: it is broken, or has overflowed");
  if (done.status != IBV_WC_SUCCESS)
    throw Failure(fmt::format("a work request failed: {}{}", ::ibv_wc_status_str(done.status),
                              remedy(done.status)));
  return done;
}

std::optional<ibv_wc> CompletionQueue::wait(std::chrono::milliseconds patience) {
  return blocking_ ? sleep(patience) : spin(patience);
}

std::optional<ibv_wc> CompletionQueue::spin(std::chrono::milliseconds patience) {
  std::optional<ibv_wc> done;
  spin_until([&] { return (done = poll()).has_value(); }, patience, yield_);
  return done;
}

std::optional<ibv_wc> CompletionQueue::sleep(std::chrono::milliseconds patience) {
  const Deadline deadline(patience);
  for (;;) {
    // Some HCAs raise an event at once for what is there already when the queue is armed.
    if (auto done = poll()) return done;
    arm();
    // What came before it was armed raises no event.
    if (auto done = poll()) return done;
    if (!next_event() && deadline.over()) return {};
  }
}

void CompletionQueue::arm() {
  if (armed_) return;
  if (const int error = ::ibv_req_notify_cq(queue_.get(), 0); error != 0)
    throw Failure(fmt::format("ask for a completion event: {}", std::strerror(error)));
  armed_ = true;
}

/// Sleeps until there is an event, and then is true, or until the Ticker ticks.
bool CompletionQueue::next_event() {
  ibv_cq* queue = nullptr;
  void* context = nullptr;
  if (::ibv_get_cq_event(channel_.get(), &queue, &context) != 0) {
    if (errno != EINTR) throw_errno("wait for a completion event");
    return false;
  }
  armed_ = false;
  if (++events_ == events_at_once) {
    ::ibv_ack_cq_events(queue_.get(), events_);
    events_ = 0;
  }
  return true;
}

void moderate(const Port& port, const CompletionQueue& queue, const VerbsArguments& arguments) {
  if (arguments.cq_count.value_or(0) == 0 && arguments.cq_period_us.value_or(0) == 0) return;
  const ibv_device_attr_ex limits = port.limits();
  const auto [max_count, max_period] = limits.cq_mod_caps;
  if (max_count == 0 && max_period == 0)
    throw Failure(
        fmt::format("--cq-count, --cq-period: {} cannot moderate completion queues; leave them out",
                    port.device));
  const int count = arguments.cq_count.value_or(1), period = arguments.cq_period_us.value_or(0);
  check_limit("--cq-count", count, max_count, port);
  check_limit("--cq-period", period, max_period, port);
  ibv_modify_cq_attr change{
      IBV_CQ_ATTR_MODERATE,
      {static_cast<std::uint16_t>(count), static_cast<std::uint16_t>(period)}};
  if (const int error = ::ibv_modify_cq(queue.get(), &change); error != 0)
    throw Failure(fmt::format("--cq-count {}, --cq-period {}: {} refuses them: {}", count, period,
                              port.device, std::strerror(error)));
}

}  // namespace moderato::workloads
