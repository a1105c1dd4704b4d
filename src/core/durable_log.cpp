// SPDX-License-Identifier: Apache-2.0
#include "core/durable_log.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <cerrno>
#include <chrono>
#include <thread>

#include "core/descriptor.hpp"

namespace moderato {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

/// A writer that a signal has just ended may have left a child between fork and exec, which holds
/// the lock so long.
constexpr auto grace = std::chrono::seconds(1);

/// Not every file system has locks: Lustre has none unless it is mounted so. There nobody is told.
Result<void> lock(int fd, const fs::path& path) {
  const auto deadline = Clock::now() + grace;
  while (::flock(fd, LOCK_EX | LOCK_NB) != 0) {
    if (errno == EINTR) continue;
    if (errno != EWOULDBLOCK) return {};
    if (Clock::now() >= deadline)
      return fail(Fault::runtime,
                  fmt::format("another process continues this study: it writes {}", path.string()),
                  "wait for its end, or interrupt it");
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return {};
}

/// Cuts a torn last line off, so that the next append starts on a line of its own.
Result<void> cut_torn_line(int fd, const fs::path& path) {
  auto content = read_all(fd, path, std::size_t{4} << 30);
  if (!content) return fail(content);
  if (content->empty() || content->back() == '\n') return {};
  const auto keep = content->find_last_of('\n') + 1;  // 0: there is no whole line
  if (::ftruncate(fd, static_cast<off_t>(keep)) != 0) return failed("truncate", path);
  return {};
}

}  // namespace

Result<DurableLog> DurableLog::take(const Folder& folder, const std::string& name, int flags) {
  const fs::path path = folder.path() / name;
  auto fd = folder.open_file(name, O_RDWR | O_APPEND | O_NOFOLLOW | flags);
  if (!fd) return fail(fd);
  if (auto locked = lock(fd->get(), path); !locked) return fail(locked);
  if (auto cut = cut_torn_line(fd->get(), path); !cut) return fail(cut);
  if (auto synced = folder.sync(); !synced) return fail(synced);
  return DurableLog(std::move(*fd), path);
}

Result<DurableLog> DurableLog::open(const Folder& folder, const std::string& name) {
  return take(folder, name, 0);
}

Result<DurableLog> DurableLog::create(const Folder& folder, const std::string& name) {
  return take(folder, name, O_CREAT);
}

Result<void> DurableLog::append(std::string_view line) {
  if (auto written = write_all(fd_.get(), fmt::format("{}\n", line), path_); !written)
    return written;
  if (::fdatasync(fd_.get()) != 0) return failed("sync", path_);
  return {};
}

Result<bool> DurableLog::empty() const {
  struct stat info {};
  if (::fstat(fd_.get(), &info) != 0) return failed("stat", path_);
  return info.st_size == 0;
}

}  // namespace moderato
