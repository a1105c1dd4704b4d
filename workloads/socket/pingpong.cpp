// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <vector>

#include "common/failure.hpp"
#include "common/lossy.hpp"
#include "common/recorder.hpp"
#include "common/sample_stream.hpp"
#include "socket/connection.hpp"

namespace moderato::workloads {
namespace {

constexpr std::uint64_t stop = UINT64_MAX;

/// Whether the answer to `sequence` comes in time. Late answers to earlier tries are passed over.
bool answered(Socket& socket, std::vector<char>& message, std::uint64_t sequence) {
  while (const auto got = socket.receive_datagram(message)) {
    if (*got != message.size())
      throw Failure(fmt::format("a datagram of {} bytes came instead of {}", *got, message.size()));
    if (sequence_of(message) == sequence) return true;
  }
  return false;
}

/// Sends `sequence` until it comes back; returns how often it did not.
int round_trip(Socket& socket, std::vector<char>& message, std::uint64_t sequence) {
  return send_until_answered(
      [&] {
        put_sequence(message, sequence);
        socket.send_all(message);
      },
      [&] { return answered(socket, message, sequence); });
}

void measure_datagrams(Socket& socket, const Exchange& exchange, const SocketArguments& arguments) {
  socket.patience(answer_timeout);
  std::vector<char> message(arguments.size);
  Recorder recorder(arguments.warmup, arguments.iterations);
  double lost = 0;
  for (std::uint64_t sequence = 0; sequence < recorder.planned(); ++sequence) {
    const std::int64_t begin = now_ns();
    const int tries_lost = round_trip(socket, message, sequence);
    recorder.record(now_ns() - begin);
    if (tries_lost == max_tries)
      throw Failure(
          fmt::format("message {} was lost {} times in a row; is a firewall between the"
                      " hosts?",
                      sequence, max_tries));
    lost += tries_lost;
  }
  // Rank 1 answers the first `stop` that it hears and no other one, so that losing its answer is
  // no failure; the barrier tells that it has heard.
  (void)round_trip(socket, message, stop);
  exchange.barrier();
  print_samples(std::move(recorder).take(), {{"lost", lost}});
}

void echo_datagrams(Socket& socket, const Exchange& exchange, const SocketArguments& arguments) {
  std::vector<char> message(arguments.size);
  do {
    const auto got = socket.receive_datagram(message);
    if (!got) throw Failure("rank 0 has fallen silent");
    socket.send_all(std::span(message).first(*got));
  } while (sequence_of(message) != stop);
  exchange.barrier();
}

void measure_round_trips(Socket& socket, const SocketArguments& arguments) {
  std::vector<char> message(arguments.size);
  Recorder recorder(arguments.warmup, arguments.iterations);
  for (std::uint64_t sequence = 0; sequence < recorder.planned(); ++sequence) {
    put_sequence(message, sequence);
    const std::int64_t begin = now_ns();
    socket.send_all(message);
    socket.receive_all(message);
    recorder.record(now_ns() - begin);
    if (sequence_of(message) != sequence)
      throw Failure(fmt::format("answer {} came to message {}", sequence_of(message), sequence));
  }
  print_samples(std::move(recorder).take(), {});
}

void echo(Socket& socket, const SocketArguments& arguments) {
  std::vector<char> message(arguments.size);
  for (std::size_t i = 0; i < arguments.warmup + arguments.iterations; ++i) {
    socket.receive_all(message);
    socket.send_all(message);
  }
}

}  // namespace

void udp_pingpong(const Exchange& exchange, const SocketArguments& arguments) {
  Socket socket = connect_udp(exchange, arguments);
  if (exchange.rank() == 0) {
    measure_datagrams(socket, exchange, arguments);
  } else {
    echo_datagrams(socket, exchange, arguments);
  }
}

void tcp_pingpong(const Exchange& exchange, const SocketArguments& arguments) {
  Socket socket = connect_tcp(exchange, arguments);
  if (exchange.rank() == 0) {
    measure_round_trips(socket, arguments);
  } else {
    echo(socket, arguments);
  }
}

}  // namespace moderato::workloads
