// SPDX-License-Identifier: Apache-2.0
#include "verbs/shared_receives.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>

#include "common/failure.hpp"

namespace moderato::workloads {
namespace {

constexpr std::size_t max_memory = std::size_t{256} << 20;

/// How long the end of the thread may take.
constexpr std::chrono::milliseconds stop_period{20};

SharedQueueHandle make_queue(const Port& port, ibv_pd& domain, std::size_t size) {
  // A limit that is given here is ignored.
  ibv_srq_init_attr wanted{nullptr, {static_cast<std::uint32_t>(size), 1, 0}};
  SharedQueueHandle queue(::ibv_create_srq(&domain, &wanted));
  if (queue == nullptr)
    throw_errno(
        fmt::format("make a shared receive queue of {} with {} entries", port.device, size));
  return queue;
}

}  // namespace

void check_shared_receives(const Port& port, std::size_t message_size,
                           const VerbsArguments& arguments) {
  const std::size_t size = arguments.srq_size;
  if (arguments.srq_limit < 1 || arguments.srq_limit >= size)
    throw Failure(fmt::format("--srq-limit: must be 1 to {}, one less than --srq-size", size - 1));
  const auto most = port.limits().orig_attr.max_srq_wr;
  if (size > static_cast<std::size_t>(most))
    throw Failure(fmt::format("--srq-size: at most {} on {}", most, port.device));
  if (size * message_size > max_memory)
    throw Failure(
        fmt::format("--srq-size: {} buffers of {} bytes are more than {} MiB; lower it, or --size",
                    size, message_size, max_memory >> 20));
}

SharedReceives::SharedReceives(const Port& port, ibv_pd& domain, std::size_t message_size,
                               const VerbsArguments& arguments)
    : port_(port),
      message_size_(message_size),
      limit_(static_cast<std::uint32_t>(arguments.srq_limit)),
      memory_(domain, arguments.srq_size * message_size),
      queue_(make_queue(port, domain, arguments.srq_size)),
      free_(arguments.srq_size) {
  for (const std::size_t buffer : free_.take(now_ns()))
    post(buffer);
  arm();
  thread_ = std::thread([this] { serve_events(); });
}

SharedReceives::~SharedReceives() {
  stopping_ = true;
  thread_.join();
}

std::span<const char> SharedReceives::arrived(const ibv_wc& done) {
  free_.arrived(now_ns());
  return memory_.bytes().subspan(done.wr_id * message_size_, done.byte_len);
}

void SharedReceives::check() const {
  if (failed_) std::rethrow_exception(failure_);
}

std::map<std::string, double> SharedReceives::counters() const {
  const auto since = [](auto now, auto then) { return static_cast<double>(now - then); };
  return {{"limit_events", since(limit_events_.load(), old_limit_events_)},
          {"refills", since(refills_.load(), old_refills_)},
          {"empty_us", since(free_.empty_ns(now_ns()), old_empty_ns_) / 1000}};
}

void SharedReceives::reset() {
  old_limit_events_ = limit_events_;
  old_refills_ = refills_;
  old_empty_ns_ = free_.empty_ns(now_ns());
}

void SharedReceives::post(std::size_t buffer) {
  ibv_sge piece = memory_.piece(buffer * message_size_, message_size_);
  ibv_recv_wr receive{.wr_id = buffer, .sg_list = &piece, .num_sge = 1};
  ibv_recv_wr* refused = nullptr;
  if (const int error = ::ibv_post_srq_recv(queue_.get(), &receive, &refused); error != 0)
    throw Failure(fmt::format("post to the shared receive queue: {}", std::strerror(error)));
}

/// The device reports once that the limit is passed, and then no more.
void SharedReceives::arm() {
  ibv_srq_attr change{.srq_limit = limit_};
  if (const int error = ::ibv_modify_srq(queue_.get(), &change, IBV_SRQ_LIMIT); error != 0)
    throw Failure(fmt::format("--srq-limit {}: {} refuses it: {}", limit_, port_.device,
                              std::strerror(error)));
}

void SharedReceives::refill() {
  // Of each event some message was the cause, but its reader may not have come to it yet.
  if (!free_.wait(silence)) throw Failure("no message of the shared receive queue is read");
  const auto buffers = free_.take(now_ns());
  // The last one is posted after arming: while we were at it the queue may have run empty, and some
  // drivers look at the limit only when they take a receive.
  for (std::size_t i = 0; i + 1 < buffers.size(); ++i)
    post(buffers[i]);
  arm();
  post(buffers.back());
  refills_ += buffers.size();
}

void SharedReceives::serve_events() {
  try {
    const Ticker ticker(stop_period);
    while (!stopping_) {
      if (!next_event_is_limit()) continue;
      ++limit_events_;
      refill();
    }
  } catch (...) {
    failure_ = std::current_exception();
    failed_ = true;
  }
}

bool SharedReceives::next_event_is_limit() {
  ibv_async_event event{};
  if (::ibv_get_async_event(port_.context.get(), &event) != 0) {
    if (errno != EINTR) throw_errno(fmt::format("wait for an event of {}", port_.device));
    return false;
  }
  const ibv_event_type type = event.event_type;
  ::ibv_ack_async_event(&event);
  if (type == IBV_EVENT_DEVICE_FATAL || type == IBV_EVENT_SRQ_ERR || type == IBV_EVENT_CQ_ERR)
    throw Failure(fmt::format("{}: {}", port_.device, ::ibv_event_type_str(type)));
  return type == IBV_EVENT_SRQ_LIMIT_REACHED;
}

}  // namespace moderato::workloads
