// SPDX-License-Identifier: Apache-2.0
#include "agent/device_lock.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>

#include "core/file.hpp"
#include "core/file_lock.hpp"

namespace moderato {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t longest_owner = 4096;
constexpr int naming_attempts = 1000;  ///< a millisecond each

/// The byte that is the lock, and the one that its holder locks once his name is in the file: until
/// then it holds the name of the holder before.
enum class Byte : off_t { lock, named };

struct flock one(Byte byte) {
  struct flock lock {};
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  lock.l_start = static_cast<off_t>(byte);
  lock.l_len = 1;
  return lock;
}

/// False: somebody else holds it. Who may not write the file takes a shared lock: it keeps studies
/// away, and two recoveries do the same.
Result<bool> take(int fd, Byte byte, const fs::path& path) {
  struct flock lock = one(byte);
  if ((::fcntl(fd, F_GETFL) & O_ACCMODE) == O_RDONLY) lock.l_type = F_RDLCK;
  if (::fcntl(fd, F_OFD_SETLK, &lock) == 0) return true;
  if (errno == EAGAIN || errno == EACCES) return false;
  return std::unexpected(system_error(fmt::format("lock {}", path.string()), errno));
}

Result<bool> is_held(int fd, Byte byte, const fs::path& path) {
  struct flock lock = one(byte);
  if (::fcntl(fd, F_OFD_GETLK, &lock) == 0) return lock.l_type != F_UNLCK;
  return std::unexpected(system_error(fmt::format("look at the lock {}", path.string()), errno));
}

/// Over what stands there: the file has that room, also where the disk is full. False: the file
/// still names a holder before.
bool write_owner(int fd, const std::string& owner) {
  const std::string line = owner + "\n";
  const auto size = static_cast<off_t>(line.size());
  if (::pwrite(fd, line.data(), line.size(), 0) == size && ::ftruncate(fd, size) == 0) return true;
  return ::ftruncate(fd, 0) == 0;
}

}  // namespace

Result<std::optional<Fd>> take_lock(const fs::path& path, const std::string& owner) {
  auto fd = open_lock_file(path);
  if (!fd) return fail(fd);
  auto taken = take(fd->get(), Byte::lock, path);
  if (!taken) return fail(taken);
  if (!*taken) return std::nullopt;
  // Without a name, too, the lock is held: a full disk keeps nobody from putting a device back.
  if (!write_owner(fd->get(), owner)) return std::move(*fd);
  if (auto named = take(fd->get(), Byte::named, path); !named) return fail(named);
  return std::move(*fd);
}

Result<std::optional<std::string>> lock_holder(const fs::path& path) {
  const Fd fd(::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
  if (!fd.valid() && errno == ENOENT) return std::nullopt;
  if (!fd.valid())
    return std::unexpected(system_error(fmt::format("open {}", path.string()), errno,
                                        "run as root: it tells whether the device is in use"));
  for (int attempt = 0; attempt < naming_attempts; ++attempt) {
    const auto held = is_held(fd.get(), Byte::lock, path);
    const auto named = is_held(fd.get(), Byte::named, path);
    if (!held) return fail(held);
    if (!named) return fail(named);
    if (!*held) return std::nullopt;
    if (!*named) {
      ::usleep(1000);
      continue;
    }
    auto text = read_file(path, longest_owner);
    if (!text) return fail(text);
    if (text->empty()) break;
    return text->substr(0, text->find('\n'));
  }
  return "a process that does not say who it is";
}

}  // namespace moderato
