// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <array>
#include <vector>

#include "common/cost.hpp"
#include "common/failure.hpp"
#include "common/recorder.hpp"
#include "common/sample_stream.hpp"
#include "socket/connection.hpp"

namespace moderato::workloads {
namespace {

using Answer = std::array<char, min_message_size>;

/// Keeps `window` messages under way, so that the link and not the round trip is what limits.
class Sender {
 public:
  Sender(Socket& socket, const SocketArguments& arguments)
      : socket_(socket), message_(arguments.size), sent_at_(arguments.window) {}

  void send_next() {
    put_sequence(message_, sent_);
    sent_at_[sent_++ % sent_at_.size()] = now_ns();
    socket_.send_all(message_);
  }
  /// Waits for the oldest answer; returns how long its message was under way.
  std::int64_t await_answer() {
    Answer answer;
    socket_.receive_all(answer);
    const std::int64_t now = now_ns();
    if (sequence_of(answer) != answered_)
      throw Failure(fmt::format("the answer to message {} came instead of that to {}",
                                sequence_of(answer), answered_));
    return now - sent_at_[answered_++ % sent_at_.size()];
  }
  std::uint64_t sent() const { return sent_; }

 private:
  Socket& socket_;
  std::vector<char> message_;
  std::vector<std::int64_t> sent_at_;
  std::uint64_t sent_ = 0, answered_ = 0;
};

Cost send_stream(Socket& socket, const SocketArguments& arguments, Recorder& recorder) {
  Sender sender(socket, arguments);
  Cost begin;
  for (std::size_t i = 0; i < recorder.planned(); ++i) {
    while (sender.sent() < recorder.planned() && sender.sent() < i + arguments.window)
      sender.send_next();
    if (i == recorder.warmup()) begin = read_clocks();
    recorder.record(sender.await_answer());
  }
  return read_clocks() - begin;
}

Cost receive_stream(Socket& socket, const SocketArguments& arguments) {
  std::vector<char> message(arguments.size);
  Cost begin;
  for (std::size_t i = 0; i < arguments.warmup + arguments.iterations; ++i) {
    socket.receive_all(message);
    if (i == arguments.warmup) begin = read_clocks();
    socket.send_all(std::span(message).first(min_message_size));
  }
  return read_clocks() - begin;
}

}  // namespace

void tcp_stream(const Exchange& exchange, const SocketArguments& arguments) {
  Socket socket = connect_tcp(exchange, arguments);
  if (exchange.rank() == 1) {
    cost_of_receiver(exchange, receive_stream(socket, arguments));
    return;
  }
  Recorder recorder(arguments.warmup, arguments.iterations);
  const Cost sender = send_stream(socket, arguments, recorder);
  const Cost receiver = cost_of_receiver(exchange, {});
  print_samples(std::move(recorder).take(),
                throughput_counters(arguments.iterations, arguments.size, sender, receiver));
}

}  // namespace moderato::workloads
