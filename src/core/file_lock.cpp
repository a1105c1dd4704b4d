// SPDX-License-Identifier: Apache-2.0
#include "core/file_lock.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>

#include <cerrno>
#include <thread>

namespace moderato {
namespace {

std::string remedy_of(int error_number) {
  if (error_number == EROFS) return "mount it writable";
  if (error_number == ELOOP) return "a lock file is never a link: remove it";
  return "run as root, or set MODERATO_STATE_DIR";
}

}  // namespace

Result<Fd> open_lock_file(const std::filesystem::path& path) {
  constexpr int usual = O_NOFOLLOW | O_CLOEXEC;
  Fd fd(::open(path.c_str(), usual | O_RDWR | O_CREAT, 0600));
  if (fd.valid()) return fd;
  const int why = errno;
  if (why == EROFS) fd = Fd(::open(path.c_str(), usual | O_RDONLY));
  if (fd.valid()) return fd;
  return std::unexpected(system_error(fmt::format("open {}", path.string()), why, remedy_of(why)));
}

Result<Fd> wait_for_file_lock(const std::filesystem::path& path, int how,
                              std::chrono::steady_clock::time_point deadline,
                              const Error& too_late) {
  auto fd = open_lock_file(path);
  if (!fd) return fd;
  while (::flock(fd->get(), how | LOCK_NB) != 0) {
    if (std::chrono::steady_clock::now() >= deadline) return std::unexpected(too_late);
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return fd;
}

}  // namespace moderato
