// SPDX-License-Identifier: Apache-2.0
#include "core/file_lock.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>

#include <cerrno>
#include <thread>

namespace moderato {

Result<Fd> wait_for_file_lock(const std::filesystem::path& path, int how,
                              std::chrono::steady_clock::time_point deadline,
                              const Error& too_late) {
  Fd fd(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!fd.valid())
    return std::unexpected(system_error(fmt::format("open {}", path.string()), errno,
                                        "run as root, or set MODERATO_STATE_DIR"));
  while (::flock(fd.get(), how | LOCK_NB) != 0) {
    if (std::chrono::steady_clock::now() >= deadline) return std::unexpected(too_late);
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return fd;
}

}  // namespace moderato
