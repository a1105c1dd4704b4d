// SPDX-License-Identifier: Apache-2.0
#include "knobs/netlink_socket.hpp"

#include <fmt/format.h>
#include <linux/netlink.h>
#include <netlink/genl/ctrl.h>
#include <netlink/genl/genl.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <netlink/socket.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <optional>

namespace moderato {
namespace {

using Clock = std::chrono::steady_clock;

/// A driver may wait for its firmware with the lock held that every request needs.
constexpr auto answer_timeout = std::chrono::seconds(10);
/// Larger than any message of these families (the kernel's own limit for dumps is 32 KiB).
constexpr std::size_t buffer_size = 1u << 16;
/// Room for thousands of notifications between two looks at them.
constexpr int receive_queue = 1 << 20;

Error netlink_error(std::string_view what, int code) {
  return {Fault::runtime, fmt::format("{}: {}", what, nl_geterror(code)), {}};
}

void enable(int fd, int option) {
  const int on = 1;
  // Kernels without extended acknowledgement (before 4.12) just say less.
  (void)::setsockopt(fd, SOL_NETLINK, option, &on, sizeof on);
}

nlmsghdr header_of(std::span<const std::byte> message) {
  nlmsghdr header{};
  std::memcpy(&header, message.data(), sizeof header);
  return header;
}

void for_each_message(std::span<const std::byte> datagram,
                      const std::function<void(std::span<const std::byte>)>& on_message) {
  while (datagram.size() >= sizeof(nlmsghdr)) {
    const nlmsghdr header = header_of(datagram);
    if (header.nlmsg_len < sizeof header || header.nlmsg_len > datagram.size()) return;
    on_message(datagram.first(header.nlmsg_len));
    datagram =
        datagram.subspan(std::min<std::size_t>(NLMSG_ALIGN(header.nlmsg_len), datagram.size()));
  }
}

/// The answer in `message`, if it is the one to request `sequence`.
std::optional<Result<KernelAnswer>> answer_in(std::span<const std::byte> message,
                                              const nlmsghdr& header, std::uint32_t sequence) {
  if (header.nlmsg_seq != sequence || header.nlmsg_type != NLMSG_ERROR) return {};
  return decode_answer(message);
}

/// What ends a dump before its end.
Result<void> refusal(const Result<KernelAnswer>& answer) {
  if (!answer) return fail(answer);
  if (answer->error_number == 0) return {};
  return std::unexpected(system_error("netlink dump", answer->error_number));
}

}  // namespace

Result<void> end_of_dump(std::span<const std::byte> message) {
  int error_number = 0;
  if (message.size() >= NLMSG_HDRLEN + sizeof error_number)
    std::memcpy(&error_number, message.data() + NLMSG_HDRLEN, sizeof error_number);
  if (error_number >= 0) return {};
  return std::unexpected(system_error("netlink dump", -error_number));
}

void NetlinkSocket::Free::operator()(nl_sock* socket) const {
  nl_socket_free(socket);
}

Result<NetlinkSocket> NetlinkSocket::open(const std::string& family) {
  NetlinkSocket opened;
  opened.socket_.reset(nl_socket_alloc());
  if (!opened.socket_) return fail(Fault::runtime, "no memory for a netlink socket");
  nl_sock* socket = opened.socket_.get();
  if (const int failed = genl_connect(socket); failed < 0)
    return std::unexpected(netlink_error("generic netlink", failed));
  const timeval limit{std::chrono::seconds(answer_timeout).count(), 0};
  (void)::setsockopt(nl_socket_get_fd(socket), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  opened.family_ = genl_ctrl_resolve(socket, family.c_str());
  if (opened.family_ < 0)
    return fail(Fault::unsupported,
                fmt::format("the kernel has no generic netlink family '{}': {}", family,
                            nl_geterror(opened.family_)),
                "use a kernel with CONFIG_ETHTOOL_NETLINK, 5.6 or newer");
  (void)nl_socket_set_buffer_size(socket, receive_queue, 0);
  enable(nl_socket_get_fd(socket), NETLINK_EXT_ACK);
  enable(nl_socket_get_fd(socket), NETLINK_CAP_ACK);
  opened.buffer_ = std::make_unique_for_overwrite<std::byte[]>(buffer_size);
  return opened;
}

Result<void> NetlinkSocket::join(const std::string& family, const std::string& group) {
  int joined = genl_ctrl_resolve_grp(socket_.get(), family.c_str(), group.c_str());
  if (joined >= 0) joined = nl_socket_add_membership(socket_.get(), joined);
  if (joined < 0)
    return std::unexpected(
        netlink_error(fmt::format("netlink group '{}' of '{}'", group, family), joined));
  return {};
}

Result<std::span<const std::byte>> NetlinkSocket::receive(Clock::time_point deadline) {
  const int fd = nl_socket_get_fd(socket_.get());
  while (true) {
    sockaddr_nl sender{};
    socklen_t sender_size = sizeof sender;
    const auto size = ::recvfrom(fd, buffer_.get(), buffer_size, MSG_DONTWAIT,
                                 reinterpret_cast<sockaddr*>(&sender), &sender_size);
    if (size >= 0 && sender.nl_pid == 0) return std::span(buffer_.get(), std::size_t(size));
    // Not from the kernel, or: some notifications were lost. Whoever needs certainty compares
    // read-backs as well.
    if (size >= 0 || errno == EINTR || errno == ENOBUFS) continue;
    if (errno != EAGAIN) return std::unexpected(system_error("netlink", errno));
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()).count();
    if (left <= 0) return std::span<const std::byte>{};
    pollfd waiting{fd, POLLIN, 0};
    (void)::poll(&waiting, 1, static_cast<int>(left));
  }
}

std::uint32_t NetlinkSocket::append(Bytes& datagram, const Bytes& payload, int flags) const {
  nlmsghdr header{};
  header.nlmsg_len = static_cast<std::uint32_t>(NLMSG_HDRLEN + payload.size());
  header.nlmsg_type = static_cast<std::uint16_t>(family_);
  header.nlmsg_flags = static_cast<std::uint16_t>(flags);
  header.nlmsg_seq = nl_socket_use_seq(socket_.get());
  header.nlmsg_pid = nl_socket_get_local_port(socket_.get());
  const auto* bytes = reinterpret_cast<const std::byte*>(&header);
  datagram.insert(datagram.end(), bytes, bytes + sizeof header);
  datagram.insert(datagram.end(), payload.begin(), payload.end());
  datagram.resize(NLMSG_ALIGN(datagram.size()));
  return header.nlmsg_seq;
}

Result<void> NetlinkSocket::send(const Bytes& datagram) const {
  sockaddr_nl kernel{};
  kernel.nl_family = AF_NETLINK;
  if (::sendto(nl_socket_get_fd(socket_.get()), datagram.data(), datagram.size(), 0,
               reinterpret_cast<const sockaddr*>(&kernel), sizeof kernel) < 0)
    return std::unexpected(system_error("netlink request", errno));
  return {};
}

Result<void> NetlinkSocket::receive_until(const std::function<bool()>& done,
                                          const OnMessage& on_message) {
  const auto deadline = Clock::now() + answer_timeout;
  while (!done()) {
    auto datagram = receive(deadline);
    if (!datagram) return fail(datagram);
    if (datagram->empty())
      return fail(Fault::runtime,
                  fmt::format("the kernel did not answer within {} s", answer_timeout.count()),
                  "look into the kernel's log: a driver may hang");
    for_each_message(*datagram, on_message);
  }
  return {};
}

Result<KernelAnswer> NetlinkSocket::request(const Bytes& payload, const OnMessage& on_message) {
  Bytes datagram;
  const std::uint32_t sequence = append(datagram, payload, NLM_F_REQUEST | NLM_F_ACK);
  if (auto sent = send(datagram); !sent) return fail(sent);
  bool answered = false;
  Result<KernelAnswer> answer;
  auto received =
      receive_until([&] { return answered; },
                    [&](std::span<const std::byte> found) {
                      const nlmsghdr header = header_of(found);
                      if (auto end = answer_in(found, header, sequence)) {
                        answered = true;
                        answer = std::move(*end);
                      } else if (header.nlmsg_seq == sequence && header.nlmsg_type == family_) {
                        on_message(found);
                      }
                    });
  if (!received) return fail(received);
  return answer;
}

Result<void> NetlinkSocket::dump(const Bytes& payload, const OnMessage& on_message) {
  Bytes datagram;
  const std::uint32_t sequence = append(datagram, payload, NLM_F_REQUEST | NLM_F_DUMP);
  if (auto sent = send(datagram); !sent) return sent;
  bool done = false, interrupted = false;
  Result<void> outcome;
  auto received = receive_until([&] { return done; },
                                [&](std::span<const std::byte> found) {
                                  const nlmsghdr header = header_of(found);
                                  if (header.nlmsg_seq != sequence) return;
                                  auto refused = answer_in(found, header, sequence);
                                  done = done || refused || header.nlmsg_type == NLMSG_DONE;
                                  if (refused) outcome = refusal(*refused);
                                  if (header.nlmsg_type == NLMSG_DONE) outcome = end_of_dump(found);
                                  interrupted |= (header.nlmsg_flags & NLM_F_DUMP_INTR) != 0;
                                  if (header.nlmsg_type == family_) on_message(found);
                                });
  if (!received) return received;
  if (outcome && interrupted)
    return fail(Fault::runtime, "netdevs came or went while the kernel listed them", "try again");
  return outcome;
}

Result<std::vector<KernelAnswer>> NetlinkSocket::request_many(const std::vector<Bytes>& payloads) {
  Bytes datagram;
  std::uint32_t first = 0;
  for (std::size_t i = 0; i < payloads.size(); ++i) {
    // The kernel works through them in order, and tells of an error unasked.
    const int ask = i + 1 == payloads.size() ? NLM_F_ACK : 0;
    const std::uint32_t sequence = append(datagram, payloads[i], NLM_F_REQUEST | ask);
    if (i == 0) first = sequence;
  }
  if (auto sent = send(datagram); !sent) return fail(sent);
  std::vector<KernelAnswer> answers(payloads.size());
  bool last_is_there = payloads.empty();
  Result<void> outcome;
  auto received = receive_until([&] { return last_is_there; },
                                [&](std::span<const std::byte> found) {
                                  const nlmsghdr header = header_of(found);
                                  const std::uint32_t at = header.nlmsg_seq - first;
                                  if (at >= answers.size()) return;
                                  auto answer = answer_in(found, header, header.nlmsg_seq);
                                  if (!answer) return;
                                  last_is_there |= at + 1 == answers.size();
                                  if (*answer) answers[at] = std::move(**answer);
                                  if (!*answer) outcome = fail(*answer);
                                });
  if (!received) return fail(received);
  if (!outcome) return fail(outcome);
  return answers;
}

void NetlinkSocket::drain(const OnMessage& on_message) {
  const auto now = Clock::now();
  while (true) {
    auto datagram = receive(now);
    if (!datagram || datagram->empty()) return;
    for_each_message(*datagram, [&](std::span<const std::byte> found) {
      if (header_of(found).nlmsg_type == family_) on_message(found);
    });
  }
}

}  // namespace moderato
