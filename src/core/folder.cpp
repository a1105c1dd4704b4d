// SPDX-License-Identifier: Apache-2.0
#include "core/folder.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <cerrno>

#include "core/descriptor.hpp"

namespace moderato {
namespace {

namespace fs = std::filesystem;

constexpr const char* elsewhere = "choose another folder";

/// "x/" names what the link x leads to, "x" the link.
fs::path without_slash_at_end(const fs::path& path) {
  return path.has_filename() ? path : path.parent_path();
}

/// Refuses what somebody else than the caller can have written.
Result<void> require_own(const struct stat& info, const fs::path& path) {
  if (info.st_uid != ::geteuid())
    return fail(
        Fault::document,
        fmt::format("{} belongs to user {}, who could change what root reads and writes",
                    path.string(), info.st_uid),
        fmt::format("see what is in it and chown root {}, or {}", path.string(), elsewhere));
  if ((info.st_mode & (S_IWGRP | S_IWOTH)) == 0) return {};
  const bool shared = (info.st_mode & S_ISVTX) != 0;  // as /tmp, which has to stay as it is
  return fail(
      Fault::document,
      fmt::format("{} can be written by others (mode {:o})", path.string(), info.st_mode & 07777),
      shared ? std::string(elsewhere)
             : fmt::format("see what is in it and chmod go-w {}, or {}", path.string(), elsewhere));
}

}  // namespace

Result<Folder> Folder::take(int at, const fs::path& name, fs::path path, bool guarded) {
  const int flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC | (guarded ? O_NOFOLLOW : 0);
  Fd fd(::openat(at, name.empty() ? "." : name.c_str(), flags));
  if (!fd.valid() && errno == ENOTDIR)
    return failed("open folder", path, guarded ? "root follows no link there" : "");
  if (!fd.valid()) return failed("open folder", path);
  struct stat info {};
  if (guarded && ::fstat(fd.get(), &info) != 0) return failed("stat", path);
  if (guarded) {
    if (auto own = require_own(info, path); !own) return fail(own);
  }
  return Folder(std::move(fd), std::move(path), guarded);
}

Result<Folder> Folder::open(const fs::path& path) {
  return take(AT_FDCWD, path, path, false);
}

Result<Folder> Folder::open_own(const fs::path& path) {
  const fs::path plain = without_slash_at_end(path);
  return take(AT_FDCWD, plain, plain, ::geteuid() == 0);
}

Result<Folder> Folder::make_own(const fs::path& path) {
  const fs::path plain = without_slash_at_end(path);
  std::error_code error;
  if (plain.has_parent_path()) fs::create_directories(plain.parent_path(), error);
  if (error)
    return std::unexpected(
        system_error(fmt::format("create {}", plain.string()), error.value(), elsewhere));
  if (::mkdir(plain.c_str(), 0755) != 0 && errno != EEXIST)
    return failed("create", plain, elsewhere);
  return open_own(plain);
}

Result<Folder> Folder::make_folder(const std::string& name) const {
  if (::mkdirat(fd_->get(), name.c_str(), 0755) != 0 && errno != EEXIST)
    return failed("create", path_ / name);
  return take(fd_->get(), name, path_ / name, guarded_);
}

bool Folder::holds(const std::string& name) const {
  struct stat info {};
  return ::fstatat(fd_->get(), name.c_str(), &info, AT_SYMLINK_NOFOLLOW) == 0;
}

/// A named pipe does not keep anybody waiting.
Fd Folder::descriptor_of(const std::string& name, int flags) const {
  const int all = flags | O_CLOEXEC | O_NONBLOCK | (guarded_ ? O_NOFOLLOW : 0);
  return Fd(::openat(fd_->get(), name.c_str(), all, 0644));
}

Result<void> Folder::check_file(const Fd& fd, const std::string& name) const {
  if (!fd.valid())
    return failed("open", path_ / name, errno == ELOOP ? "it is a link: remove it" : "");
  auto info = look_at_file(fd, path_ / name);
  if (!info) return fail(info);
  return guarded_ ? require_own(*info, path_ / name) : Result<void>{};
}

Result<Fd> Folder::open_file(const std::string& name, int flags) const {
  Fd fd = descriptor_of(name, flags);
  if (auto good = check_file(fd, name); !good) return fail(good);
  return fd;
}

Result<std::string> Folder::read(const std::string& name, std::size_t limit) const {
  const Fd found = descriptor_of(name, O_PATH);
  if (auto good = check_file(found, name); !good) return fail(good);
  return read_found(found, path_ / name, limit);
}

Result<std::optional<std::string>> Folder::read_if_there(const std::string& name,
                                                         std::size_t limit) const {
  const Fd found = descriptor_of(name, O_PATH);
  if (!found.valid() && errno == ENOENT) return std::nullopt;
  if (auto good = check_file(found, name); !good) return fail(good);
  return read_found(found, path_ / name, limit);
}

/// Whoever may write the folder can guess the temporary name: what is there is not opened.
Result<void> Folder::replace(const std::string& name, std::string_view content,
                             bool on_disk) const {
  const std::string temporary = fmt::format("{}.tmp{}", name, ::getpid());
  ::unlinkat(fd_->get(), temporary.c_str(), 0);
  const Fd file(::openat(fd_->get(), temporary.c_str(),
                         O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644));
  if (!file.valid()) return failed("create", path_ / temporary);
  auto written = write_all(file.get(), content, path_ / temporary);
  if (written && on_disk && ::fsync(file.get()) != 0) written = failed("sync", path_ / temporary);
  if (written && ::renameat(fd_->get(), temporary.c_str(), fd_->get(), name.c_str()) != 0)
    written = failed("rename to", path_ / name);
  if (written) return on_disk ? sync() : written;
  ::unlinkat(fd_->get(), temporary.c_str(), 0);
  return written;
}

Result<void> Folder::write_durably(const std::string& name, std::string_view content) const {
  return replace(name, content, true);
}

Result<void> Folder::write_whole(const std::string& name, std::string_view content) const {
  return replace(name, content, false);
}

Result<void> Folder::remove(const std::string& name) const {
  if (::unlinkat(fd_->get(), name.c_str(), 0) == 0 || errno == ENOENT) return {};
  return failed("remove", path_ / name);
}

Result<void> Folder::sync() const {
  if (::fsync(fd_->get()) != 0) return failed("sync folder", path_);
  return {};
}

}  // namespace moderato
