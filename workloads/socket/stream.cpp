// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <array>
#include <map>
#include <vector>

#include "common/failure.hpp"
#include "common/host_cpu.hpp"
#include "common/recorder.hpp"
#include "common/sample_stream.hpp"
#include "socket/runs.hpp"
#include "socket/socket.hpp"

namespace moderato::workloads {
namespace {

using Answer = std::array<char, min_message_size>;

/// What the measured part of a run took, at one rank.
struct Cost {
  std::int64_t begin_ns = 0;
  double process_s = 0, host_s = 0;

  void start() { *this = {now_ns(), process_cpu_s(), host_busy_s()}; }
  void stop() {
    *this = {now_ns() - begin_ns, process_cpu_s() - process_s, host_busy_s() - host_s};
  }
};

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
  Cost cost;
  for (std::size_t i = 0; i < recorder.planned(); ++i) {
    while (sender.sent() < recorder.planned() && sender.sent() < i + arguments.window)
      sender.send_next();
    if (i == recorder.warmup()) cost.start();
    recorder.record(sender.await_answer());
  }
  cost.stop();
  return cost;
}

Cost receive_stream(Socket& socket, const SocketArguments& arguments) {
  std::vector<char> message(arguments.size);
  Cost cost;
  for (std::size_t i = 0; i < arguments.warmup + arguments.iterations; ++i) {
    socket.receive_all(message);
    if (i == arguments.warmup) cost.start();
    socket.send_all(std::span(message).first(min_message_size));
  }
  cost.stop();
  return cost;
}

std::map<std::string, double> counters(const SocketArguments& arguments, const Cost& sender,
                                       double receiver_process_s, double receiver_host_s) {
  const double seconds = static_cast<double>(sender.begin_ns) * 1e-9;
  const double messages = static_cast<double>(arguments.iterations);
  return {{"messages_per_s", messages / seconds},
          {"bytes_per_s", messages * static_cast<double>(arguments.size) / seconds},
          {"seconds", seconds},
          {"sender_cpu_s", sender.process_s},
          {"receiver_cpu_s", receiver_process_s},
          {"sender_host_busy_s", sender.host_s},
          {"receiver_host_busy_s", receiver_host_s}};
}

}  // namespace

void tcp_stream(Exchange& exchange, const SocketArguments& arguments) {
  Socket socket(Socket::Type::tcp);
  const int own_port = socket.bind_to(arguments.addresses[exchange.rank()]);
  if (exchange.rank() == 1) socket.listen();
  const int port = static_cast<int>(exchange.broadcast({double(own_port)}, 1).front());
  if (exchange.rank() == 0) {
    socket.connect_to(arguments.addresses[1], port);
    socket.no_delay();
    socket.receive_timeout(std::chrono::seconds(10));
    Recorder recorder(arguments.warmup, arguments.iterations);
    const Cost cost = send_stream(socket, arguments, recorder);
    const auto receiver = exchange.broadcast({0, 0}, 1);
    print_samples(std::move(recorder).take(), counters(arguments, cost, receiver[0], receiver[1]));
  } else {
    Socket peer = socket.accept();
    peer.no_delay();
    peer.receive_timeout(std::chrono::seconds(10));
    const Cost cost = receive_stream(peer, arguments);
    exchange.broadcast({cost.process_s, cost.host_s}, 1);
  }
}

}  // namespace moderato::workloads
