// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace moderato::workloads {

/// A socket that closes itself. Every function throws Failure.
class Socket {
 public:
  enum class Type { udp, tcp };
  explicit Socket(Type type);
  explicit Socket(int fd) : fd_(fd) {}
  Socket(Socket&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Socket& operator=(Socket&&) = delete;
  ~Socket();

  /// Binds to `address` and a port that the kernel chooses; returns the port.
  int bind_to(const std::string& address);
  void listen();
  Socket accept();
  void connect_to(const std::string& address, int port);
  /// Small TCP messages go out at once.
  void no_delay();
  /// How long any call waits for the other side; without it, for ever.
  void patience(std::chrono::milliseconds time);

  /// A connected UDP socket: the length of the next datagram, or nothing when none came in time.
  std::optional<std::size_t> receive_datagram(std::span<char> into);
  void send_all(std::span<const char> bytes);
  /// As many bytes as asked for. It is a failure when the other side closes, or falls silent.
  void receive_all(std::span<char> bytes);

 private:
  int fd_ = -1;
};

/// A message: its sequence number in the first eight bytes, then padding.
inline constexpr std::size_t min_message_size = 8;
void put_sequence(std::span<char> message, std::uint64_t sequence);
std::uint64_t sequence_of(std::span<const char> message);

}  // namespace moderato::workloads
