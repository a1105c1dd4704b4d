// SPDX-License-Identifier: Apache-2.0
#include "socket/socket.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <ifaddrs.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "common/failure.hpp"

namespace moderato::workloads {
namespace {

void set_option(int fd, int level, int name, const void* value, socklen_t size) {
  if (::setsockopt(fd, level, name, value, size) != 0) throw_errno("setsockopt");
}

/// Whether the last call has only run out of patience.
bool too_late() {
  return errno == EAGAIN || errno == EINPROGRESS || errno == ETIMEDOUT;
}

sockaddr_in socket_address(const std::string& address, int port) {
  sockaddr_in result{};
  result.sin_family = AF_INET;
  result.sin_port = htons(static_cast<std::uint16_t>(port));
  if (::inet_pton(AF_INET, address.c_str(), &result.sin_addr) != 1)
    throw Failure(fmt::format("'{}' is no IPv4 address", address));
  return result;
}

/// The netdev that has the address; empty for those of 127.0.0.0/8 that no netdev lists.
std::string netdev_of(const in_addr& address) {
  ifaddrs* list = nullptr;
  if (::getifaddrs(&list) != 0) throw_errno("list the addresses of this host");
  std::string netdev;
  for (const ifaddrs* one = list; one != nullptr && netdev.empty(); one = one->ifa_next) {
    if (one->ifa_addr == nullptr || one->ifa_addr->sa_family != AF_INET) continue;
    sockaddr_in found{};
    std::memcpy(&found, one->ifa_addr, sizeof found);
    if (found.sin_addr.s_addr == address.s_addr) netdev = one->ifa_name;
  }
  ::freeifaddrs(list);
  return netdev;
}

}  // namespace

Socket::Socket(Type type)
    : fd_(::socket(AF_INET, (type == Type::udp ? SOCK_DGRAM : SOCK_STREAM) | SOCK_CLOEXEC, 0)) {
  if (fd_ < 0) throw_errno("socket");
}

Socket::~Socket() {
  if (fd_ >= 0) ::close(fd_);
}

int Socket::bind_to(const std::string& address) {
  sockaddr_in own = socket_address(address, 0);
  socklen_t size = sizeof own;
  // Where two netdevs are in one network, the routes would choose. (Kernels before 5.7 let only
  // root do this.)
  if (const std::string netdev = netdev_of(own.sin_addr); !netdev.empty() && netdev != "lo")
    (void)::setsockopt(fd_, SOL_SOCKET, SO_BINDTODEVICE, netdev.c_str(),
                       static_cast<socklen_t>(netdev.size()));
  if (::bind(fd_, reinterpret_cast<const sockaddr*>(&own), size) != 0 ||
      ::getsockname(fd_, reinterpret_cast<sockaddr*>(&own), &size) != 0)
    throw_errno(fmt::format("bind to {}, which should be an address of this host", address));
  return ntohs(own.sin_port);
}

void Socket::listen() {
  if (::listen(fd_, 1) != 0) throw_errno("listen");
}

Socket Socket::accept() {
  const int fd = ::accept4(fd_, nullptr, nullptr, SOCK_CLOEXEC);
  if (fd < 0 && too_late())
    throw Failure("rank 0 has not connected in time; is a firewall between the hosts?");
  if (fd < 0) throw_errno("wait for the connection of rank 0");
  return Socket(fd);
}

void Socket::connect_to(const std::string& address, int port) {
  const sockaddr_in peer = socket_address(address, port);
  if (::connect(fd_, reinterpret_cast<const sockaddr*>(&peer), sizeof peer) == 0) return;
  const std::string what = fmt::format("connect to {} port {}", address, port);
  if (too_late()) throw Failure(what + ": no answer in time; is a firewall between the hosts?");
  throw_errno(what);
}

void Socket::no_delay() {
  const int on = 1;
  set_option(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

void Socket::patience(std::chrono::milliseconds time) {
  const timeval value{time.count() / 1000, time.count() % 1000 * 1000};
  set_option(fd_, SOL_SOCKET, SO_RCVTIMEO, &value, sizeof value);
  set_option(fd_, SOL_SOCKET, SO_SNDTIMEO, &value, sizeof value);  // connect() heeds it, too
}

std::optional<std::size_t> Socket::receive_datagram(std::span<char> into) {
  for (;;) {
    const ssize_t got = ::recv(fd_, into.data(), into.size(), 0);
    if (got >= 0) return static_cast<std::size_t>(got);
    if (errno == EAGAIN) return {};
    if (errno != EINTR) throw_errno("receive a datagram");
  }
}

void Socket::send_all(std::span<const char> bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0 && errno == EAGAIN) throw Failure("the other side takes no more messages");
    if (sent < 0) throw_errno("send");
    bytes = bytes.subspan(static_cast<std::size_t>(sent));
  }
}

void Socket::receive_all(std::span<char> bytes) {
  while (!bytes.empty()) {
    const ssize_t got = ::recv(fd_, bytes.data(), bytes.size(), MSG_WAITALL);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0 && errno == EAGAIN) throw Failure("the other side has fallen silent");
    if (got < 0) throw_errno("receive");
    if (got == 0) throw Failure("the other side has closed the connection");
    bytes = bytes.subspan(static_cast<std::size_t>(got));
  }
}

void put_sequence(std::span<char> message, std::uint64_t sequence) {
  std::memcpy(message.data(), &sequence, sizeof sequence);
}

std::uint64_t sequence_of(std::span<const char> message) {
  std::uint64_t sequence;
  std::memcpy(&sequence, message.data(), sizeof sequence);
  return sequence;
}

}  // namespace moderato::workloads
