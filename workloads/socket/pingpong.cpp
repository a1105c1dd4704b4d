// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <sys/socket.h>

#include <cerrno>
#include <vector>

#include "common/failure.hpp"
#include "common/recorder.hpp"
#include "common/sample_stream.hpp"
#include "socket/runs.hpp"
#include "socket/socket.hpp"

namespace moderato::workloads {
namespace {

using namespace std::chrono_literals;

constexpr auto datagram_timeout = 200ms;  // far above any moderation window, far below patience
constexpr auto silence = 10s;
constexpr int max_tries = 10;
constexpr std::uint64_t stop = UINT64_MAX;

/// False when nothing came within the time-out.
bool receive_datagram(const Socket& socket, std::vector<char>& message) {
  for (;;) {
    const ssize_t got = ::recv(socket.fd(), message.data(), message.size(), 0);
    if (got == static_cast<ssize_t>(message.size())) return true;
    if (got >= 0)
      throw Failure(fmt::format("a datagram of {} bytes came instead of {}", got, message.size()));
    if (errno == EAGAIN) return false;
    if (errno != EINTR) throw_errno("receive a datagram");
  }
}

/// Sends `sequence` until it comes back; returns how often a datagram was lost on the way.
int round_trip(Socket& socket, std::vector<char>& message, std::uint64_t sequence) {
  for (int lost = 0; lost < max_tries; ++lost) {
    put_sequence(message, sequence);
    socket.send_all(message);
    while (receive_datagram(socket, message)) {
      if (sequence_of(message) == sequence) return lost;  // else: the late answer to an earlier try
    }
  }
  throw Failure(fmt::format("message {} was lost {} times in a row", sequence, max_tries));
}

void echo_datagrams(Socket& socket, std::vector<char>& message) {
  socket.receive_timeout(silence);
  for (;;) {
    sockaddr_in peer{};
    socklen_t size = sizeof peer;
    const ssize_t got = ::recvfrom(socket.fd(), message.data(), message.size(), 0,
                                   reinterpret_cast<sockaddr*>(&peer), &size);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0 && errno == EAGAIN) throw Failure("rank 0 has fallen silent");
    if (got < 0) throw_errno("receive a datagram");
    if (::sendto(socket.fd(), message.data(), static_cast<std::size_t>(got), 0,
                 reinterpret_cast<const sockaddr*>(&peer), size) < 0)
      throw_errno("answer a datagram");
    if (sequence_of(message) == stop) return;
  }
}

void measure_datagrams(Socket& socket, std::vector<char>& message,
                       const SocketArguments& arguments) {
  Recorder recorder(arguments.warmup, arguments.iterations);
  double lost = 0;
  for (std::uint64_t sequence = 0; sequence < recorder.planned(); ++sequence) {
    const std::int64_t begin = now_ns();
    lost += round_trip(socket, message, sequence);
    recorder.record(now_ns() - begin);
  }
  round_trip(socket, message, stop);
  print_samples(std::move(recorder).take(), {{"lost", lost}});
}

void measure_round_trips(Socket& socket, std::vector<char>& message,
                         const SocketArguments& arguments) {
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

}  // namespace

void udp_pingpong(Exchange& exchange, const SocketArguments& arguments) {
  Socket socket(Socket::Type::udp);
  const int own_port = socket.bind_to(arguments.addresses[exchange.rank()]);
  const int port = static_cast<int>(exchange.broadcast({double(own_port)}, 1).front());
  std::vector<char> message(arguments.size);
  if (exchange.rank() == 0) {
    socket.connect_to(arguments.addresses[1], port);
    socket.receive_timeout(datagram_timeout);
    measure_datagrams(socket, message, arguments);
  } else {
    echo_datagrams(socket, message);
  }
}

void tcp_pingpong(Exchange& exchange, const SocketArguments& arguments) {
  Socket socket(Socket::Type::tcp);
  const int own_port = socket.bind_to(arguments.addresses[exchange.rank()]);
  if (exchange.rank() == 1) socket.listen();
  const int port = static_cast<int>(exchange.broadcast({double(own_port)}, 1).front());
  std::vector<char> message(arguments.size);
  if (exchange.rank() == 0) {
    socket.connect_to(arguments.addresses[1], port);
    socket.no_delay();
    socket.receive_timeout(silence);
    measure_round_trips(socket, message, arguments);
    return;
  }
  Socket peer = socket.accept();
  peer.no_delay();
  peer.receive_timeout(silence);
  for (std::size_t i = 0; i < arguments.warmup + arguments.iterations; ++i) {
    peer.receive_all(message);
    peer.send_all(message);
  }
}

}  // namespace moderato::workloads
