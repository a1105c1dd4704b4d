// SPDX-License-Identifier: Apache-2.0
#include "workload/door_socket.hpp"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <vector>

namespace moderato {
namespace {

constexpr std::size_t stream_count = std::tuple_size_v<Streams>;
constexpr socklen_t before_name = offsetof(sockaddr_un, sun_path) + 1;  // the name begins with '\0'

std::unexpected<Error> failed(std::string_view what) {
  return std::unexpected(system_error(what, errno));
}

std::unexpected<Error> bad_parcel(std::string why) {
  return fail(Fault::usage, "the door refuses: " + std::move(why));
}

Fd new_socket() {
  return Fd(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0));
}

/// Room for the streams, aligned as the kernel wants it.
union Control {
  cmsghdr header;
  char bytes[CMSG_SPACE(stream_count * sizeof(int))];
};

msghdr message(iovec& data, Control& control) {
  msghdr result{};
  result.msg_iov = &data;
  result.msg_iovlen = 1;
  result.msg_control = control.bytes;
  result.msg_controllen = sizeof control.bytes;
  return result;
}

/// All that came, so that none stays open.
std::vector<Fd> files_of(msghdr& from) {
  std::vector<Fd> files;
  for (cmsghdr* part = CMSG_FIRSTHDR(&from); part != nullptr; part = CMSG_NXTHDR(&from, part)) {
    if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SCM_RIGHTS) continue;
    const std::size_t count = (part->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    for (std::size_t i = 0; i < count; ++i) {
      int number = -1;
      std::memcpy(&number, CMSG_DATA(part) + i * sizeof number, sizeof number);
      files.emplace_back(number);
    }
  }
  return files;
}

}  // namespace

Result<Listener> listen_somewhere(int backlog) {
  Listener listener{new_socket(), {}};
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  // Without a name the kernel chooses one that is free (unix(7), "Autobind feature").
  if (!listener.socket.valid() ||
      ::bind(listener.socket.get(), reinterpret_cast<sockaddr*>(&address), sizeof(sa_family_t)) !=
          0)
    return failed("bind the door");
  socklen_t size = sizeof address;
  if (::getsockname(listener.socket.get(), reinterpret_cast<sockaddr*>(&address), &size) != 0 ||
      ::listen(listener.socket.get(), backlog) != 0)
    return failed("open the door");
  listener.name.assign(address.sun_path + 1, size - before_name);
  return listener;
}

Result<Fd> connect_to(const std::string& name) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (name.empty() || name.size() > sizeof address.sun_path - 1)
    return fail(Fault::usage, "there is no door of this name");
  std::memcpy(address.sun_path + 1, name.data(), name.size());
  Fd socket = new_socket();
  if (!socket.valid() || ::connect(socket.get(), reinterpret_cast<sockaddr*>(&address),
                                   before_name + static_cast<socklen_t>(name.size())) != 0)
    return failed("reach the door");
  return socket;
}

std::optional<uid_t> peer_of(const Fd& connection) {
  ucred peer{};
  socklen_t size = sizeof peer;
  if (::getsockopt(connection.get(), SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0)
    return std::nullopt;
  return peer.uid;
}

Result<Parcel> receive_parcel(const Fd& connection, std::size_t limit) {
  Parcel parcel{std::string(limit, '\0'), {}};
  iovec data{parcel.bytes.data(), parcel.bytes.size()};
  Control control{};
  msghdr in = message(data, control);
  const ssize_t n = ::recvmsg(connection.get(), &in, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);
  if (n < 0) return failed("read at the door");
  auto files = files_of(in);
  if ((in.msg_flags & MSG_TRUNC) != 0) return bad_parcel("the request is too long");
  if ((in.msg_flags & MSG_CTRUNC) != 0 || files.size() != stream_count)
    return bad_parcel("a request comes with stdin, stdout and stderr");
  std::move(files.begin(), files.end(), parcel.streams.begin());
  parcel.bytes.resize(static_cast<std::size_t>(n));
  return parcel;
}

Result<void> send_parcel(const Fd& connection, const std::string& bytes) {
  iovec data{const_cast<char*>(bytes.data()), bytes.size()};
  Control control{};
  msghdr out = message(data, control);
  cmsghdr* part = CMSG_FIRSTHDR(&out);
  part->cmsg_level = SOL_SOCKET;
  part->cmsg_type = SCM_RIGHTS;
  part->cmsg_len = CMSG_LEN(stream_count * sizeof(int));
  const int own[stream_count] = {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO};
  std::memcpy(CMSG_DATA(part), own, sizeof own);
  if (::sendmsg(connection.get(), &out, MSG_NOSIGNAL) < 0) return failed("ask at the door");
  return {};
}

bool harmless(const Fd& stream) {
  struct stat info {};
  if (::fstat(stream.get(), &info) != 0) return false;
  return S_ISFIFO(info.st_mode) || S_ISSOCK(info.st_mode) ||
         (S_ISCHR(info.st_mode) && info.st_rdev == makedev(1, 3));
}

}  // namespace moderato
