// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>

#include "workload/door.hpp"
#include "workload/door_socket.hpp"

namespace moderato {
namespace {

constexpr const char* door_closed = "the door has closed";

/// A status as a number, or why not, as text.
Result<int> answer_of(const Fd& connection) {
  std::array<char, 1024> bytes;
  ssize_t n;
  do {  // who is refused at once hears first that his request was not read, and then why
    n = ::recv(connection.get(), bytes.data(), bytes.size(), 0);
  } while (n < 0 && (errno == ECONNRESET || errno == EINTR));
  if (n <= 0) return fail(Fault::runtime, door_closed);
  int status = 0;
  const auto [end, error] = std::from_chars(bytes.data(), bytes.data() + n, status);
  if (error == std::errc() && end == bytes.data() + n) return status;
  return fail(Fault::runtime, std::string(bytes.data(), static_cast<std::size_t>(n)));
}

}  // namespace

Result<int> knock(const std::string& name, const DoorRequest& request) {
  const pid_t parent = ::getppid();
  ::prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (::getppid() != parent) return fail(Fault::runtime, "mpirun has ended already");
  auto connection = connect_to(name);
  if (!connection) return fail(connection);
  if (peer_of(*connection) != 0)
    return fail(Fault::runtime, fmt::format("the door '{}' is not root's", name));
  const std::string bytes = to_bytes(request);
  if (auto sound = parse_door_request(bytes); !sound) return fail(sound);
  const auto sent = send_parcel(*connection, bytes);
  auto answer = answer_of(*connection);  // it may have come instead of being asked for
  if (!answer && !sent && answer.error().message == door_closed) return fail(sent);
  return answer;
}

}  // namespace moderato
