// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <charconv>

#include "workload/door.hpp"
#include "workload/door_socket.hpp"

namespace moderato {
namespace {

/// A status as a number, or why not, as text.
Result<int> answer_of(const Fd& connection) {
  std::array<char, 1024> bytes;
  const ssize_t n = ::recv(connection.get(), bytes.data(), bytes.size(), 0);
  if (n <= 0) return fail(Fault::runtime, "the door has closed");
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
  if (auto sent = send_parcel(*connection, bytes); !sent) return fail(sent);
  return answer_of(*connection);
}

}  // namespace moderato
