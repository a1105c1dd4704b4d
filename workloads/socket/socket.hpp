// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <netinet/in.h>

#include <chrono>
#include <cstdint>
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

  int fd() const { return fd_; }
  /// Binds to `address` and a port that the kernel chooses; returns the port.
  int bind_to(const std::string& address);
  void listen();
  Socket accept();
  void connect_to(const std::string& address, int port);
  /// Small TCP messages go out at once.
  void no_delay();
  /// A receive that waits longer returns without data.
  void receive_timeout(std::chrono::milliseconds timeout);

  void send_all(std::span<const char> bytes);
  /// The bytes, all of them; throws when the other side closes or falls silent for the time-out.
  void receive_all(std::span<char> bytes);

 private:
  int fd_ = -1;
};

sockaddr_in socket_address(const std::string& address, int port);

/// A message: its sequence number in the first eight bytes, then padding.
inline constexpr std::size_t min_message_size = 8;
void put_sequence(std::span<char> message, std::uint64_t sequence);
std::uint64_t sequence_of(std::span<const char> message);

}  // namespace moderato::workloads
