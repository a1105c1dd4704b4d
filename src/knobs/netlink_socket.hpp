// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/result.hpp"
#include "knobs/coalesce_codec.hpp"

struct nl_sock;

namespace moderato {

/// A generic netlink socket of one family, in the network namespace of the thread that opened it.
/// Private to the module.
class NetlinkSocket {
 public:
  /// The error is Fault::unsupported where the kernel does not know the family.
  static Result<NetlinkSocket> open(const std::string& family);

  Result<void> join(const std::string& family, const std::string& group);

  /// Sends one request and returns the kernel's answer to it; messages that it sends before (the
  /// reply to a GET) go to `on_message`. An error: the socket failed, or nothing came in time.
  using OnMessage = std::function<void(std::span<const std::byte>)>;
  Result<KernelAnswer> request(const Bytes& payload, const OnMessage& on_message);

  /// Asks for everything of a kind; each message of the answer goes to `on_message`.
  Result<void> dump(const Bytes& payload, const OnMessage& on_message);

  /// Sends all of `payloads` at once and returns the kernel's answers in their order. Not more
  /// than the kernel can refuse before the answers are read: batch_size.
  Result<std::vector<KernelAnswer>> request_many(const std::vector<Bytes>& payloads);
  static constexpr std::size_t batch_size = 64;

  /// Hands over what is queued, without waiting.
  void drain(const OnMessage& on_message);

 private:
  struct Free {
    void operator()(nl_sock* socket) const;
  };
  /// The next datagram of the kernel; empty: none before `deadline`.
  Result<std::span<const std::byte>> receive(std::chrono::steady_clock::time_point deadline);
  /// Hands over message by message until `done` says so; an error if it takes too long.
  Result<void> receive_until(const std::function<bool()>& done, const OnMessage& on_message);
  /// Adds a message with a sequence number of its own, which it returns.
  std::uint32_t append(Bytes& datagram, const Bytes& payload, int flags) const;
  Result<void> send(const Bytes& datagram) const;

  std::unique_ptr<nl_sock, Free> socket_;
  int family_ = 0;
  std::unique_ptr<std::byte[]> buffer_;
};

/// What the last message of a dump (NLMSG_DONE) says of it: a driver's error ends a dump early, and
/// stands there alone (kernel: netlink_dump_done).
Result<void> end_of_dump(std::span<const std::byte> message);

}  // namespace moderato
