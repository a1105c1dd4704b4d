// SPDX-License-Identifier: Apache-2.0
#include "cli/standard_streams.hpp"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <cerrno>

#include "cli/commands.hpp"
#include "cli/exit_status.hpp"

namespace moderato {
namespace {

/// Of a pipe or a socket. An earlier write has met it, and its errno is gone.
bool reader_is_gone(int fd) {
  pollfd fds{fd, POLLOUT, 0};
  return ::poll(&fds, 1, 0) == 1 && (fds.revents & (POLLERR | POLLHUP)) != 0;
}

bool tells_of_failure(int status) {
  return status == exit_failed || status == exit_usage || status > 128;
}

}  // namespace

bool open_standard_streams() {
  for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (::fcntl(fd, F_GETFD) >= 0 || errno != EBADF) continue;
    // Read-only for stdout: results that go nowhere have not been written. Children inherit it.
    if (::open("/dev/null", fd == STDERR_FILENO ? O_WRONLY : O_RDONLY) != fd) return false;
  }
  return true;
}

int flush_results(std::FILE* results, int status) {
  errno = 0;
  const bool flushed = std::fflush(results) == 0;
  const int why = flushed ? 0 : errno;
  if (flushed && std::ferror(results) == 0) return status;
  if (!reader_is_gone(::fileno(results))) {
    constexpr const char* what = "write the results to stdout";
    report_error(why != 0 ? system_error(what, why)
                          : Error{Fault::runtime,
                                  "not all of the results could be written to "
                                  "stdout"});
  }
  return tells_of_failure(status) ? status : exit_failed;
}

}  // namespace moderato
