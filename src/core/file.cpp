// SPDX-License-Identifier: Apache-2.0
#include "core/file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <cerrno>

namespace moderato {
namespace {

namespace fs = std::filesystem;

std::unexpected<Error> failed(std::string_view doing, const fs::path& path,
                              std::string remedy = {}) {
  return std::unexpected(
      system_error(fmt::format("{} {}", doing, path.string()), errno, std::move(remedy)));
}

fs::path folder_of(const fs::path& path) {
  return path.has_parent_path() ? path.parent_path() : fs::path(".");
}

Result<void> sync_folder(const fs::path& folder) {
  Fd fd(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd.valid() || ::fsync(fd.get()) != 0) return failed("sync folder", folder);
  return {};
}

Result<void> write_all(int fd, std::string_view content, const fs::path& path) {
  while (!content.empty()) {
    const ssize_t n = ::write(fd, content.data(), content.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return failed("write", path, "free some space or choose another folder");
    content.remove_prefix(static_cast<std::size_t>(n));
  }
  return {};
}

bool writable_by_others(const struct stat& info) {
  const bool sticky_folder = S_ISDIR(info.st_mode) && (info.st_mode & S_ISVTX) != 0;
  return (info.st_mode & (S_IWGRP | S_IWOTH)) != 0 && !sticky_folder;
}

/// `part` is a file or its folder, for people.
Result<void> require_trusted(const struct stat& info, const fs::path& part,
                             std::optional<uid_t> user = {}) {
  if (info.st_uid != 0 && info.st_uid != ::geteuid() && info.st_uid != user)
    return fail(Fault::document,
                fmt::format("{} belongs to user {}, who could change what would be applied",
                            part.string(), info.st_uid),
                fmt::format("chown root {}", part.string()));
  if (writable_by_others(info))
    return fail(
        Fault::document,
        fmt::format("{} can be written by others (mode {:o})", part.string(), info.st_mode & 07777),
        fmt::format("chmod go-w {}", part.string()));
  return {};
}

/// Cuts a torn last line off, so that the next append starts on a line of its own.
Result<void> cut_torn_line(int fd, const fs::path& path) {
  auto content = read_file(path, std::size_t{4} << 30);
  if (!content) return fail(content);
  if (content->empty() || content->back() == '\n') return {};
  const std::size_t end_of_last_line = content->find_last_of('\n');
  const auto keep = end_of_last_line == std::string::npos ? 0 : end_of_last_line + 1;
  if (::ftruncate(fd, static_cast<off_t>(keep)) != 0) return failed("truncate", path);
  return {};
}

Result<std::string> read_all(int fd, const fs::path& path, std::size_t limit) {
  std::string content;
  char buffer[65536];
  for (;;) {
    const ssize_t n = ::read(fd, buffer, sizeof buffer);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return failed("read", path);
    if (n == 0) return content;
    content.append(buffer, static_cast<std::size_t>(n));
    if (content.size() > limit)
      return fail(Fault::document, fmt::format("{} is larger than {} bytes", path.string(), limit));
  }
}

/// `found` is opened with O_PATH: nothing has happened yet. A pipe would have who opens it wait for
/// ever, and a device may begin its work.
Result<struct stat> look_at_file(const Fd& found, const fs::path& path) {
  struct stat info {};
  if (::fstat(found.get(), &info) != 0) return failed("stat", path);
  if (S_ISREG(info.st_mode)) return info;
  return fail(Fault::document, fmt::format("{} is not a regular file", path.string()),
              "name a file: no folder, no device, and no pipe such as <(...)");
}

Result<std::string> read_found(const Fd& found, const fs::path& path, std::size_t limit) {
  if (auto info = look_at_file(found, path); !info) return fail(info);
  const std::string found_file = fmt::format("/proc/self/fd/{}", found.get());
  Fd fd(::open(found_file.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  if (!fd.valid()) return failed("open", path);
  return read_all(fd.get(), path, limit);
}

}  // namespace

Result<std::string> read_file(const fs::path& path, std::size_t limit) {
  Fd found(::open(path.c_str(), O_PATH | O_CLOEXEC));
  if (!found.valid()) return failed("open", path);
  return read_found(found, path, limit);
}

Result<std::optional<std::string>> read_file_if_there(const fs::path& path, std::size_t limit) {
  Fd found(::open(path.c_str(), O_PATH | O_CLOEXEC));
  if (!found.valid() && errno == ENOENT) return std::nullopt;
  if (!found.valid()) return failed("open", path);
  return read_found(found, path, limit);
}

Result<std::string> read_trusted_file(const fs::path& path, std::size_t limit,
                                      std::optional<uid_t> user) {
  if (::geteuid() != 0) return read_file(path, limit);
  Fd folder(::open(folder_of(path).c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!folder.valid()) return failed("open", path);
  Fd found(::openat(folder.get(), path.filename().c_str(), O_PATH | O_CLOEXEC));
  if (!found.valid()) return failed("open", path);
  auto file_info = look_at_file(found, path);
  if (!file_info) return fail(file_info);
  struct stat folder_info {};
  if (::fstat(folder.get(), &folder_info) != 0) return failed("stat", folder_of(path));
  if (file_info->st_uid != user) {  // what is the user's own may lie anywhere
    if (auto trusted = require_trusted(*file_info, path, user); !trusted) return fail(trusted);
    if (auto trusted = require_trusted(folder_info, folder_of(path), user); !trusted)
      return fail(trusted);
  }
  return read_found(found, path, limit);
}

Result<void> write_file_durably(const fs::path& path, std::string_view content) {
  const fs::path temporary = fmt::format("{}.tmp{}", path.string(), ::getpid());
  Fd fd(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
  if (!fd.valid()) return failed("create", temporary);
  if (auto written = write_all(fd.get(), content, temporary); !written) {
    ::unlink(temporary.c_str());
    return written;
  }
  if (::fsync(fd.get()) != 0) return failed("sync", temporary);
  if (::rename(temporary.c_str(), path.c_str()) != 0) return failed("rename to", path);
  return sync_folder(folder_of(path));
}

Result<void> remove_file_durably(const fs::path& path) {
  if (::unlink(path.c_str()) != 0) {
    if (errno == ENOENT) return {};
    return failed("remove", path);
  }
  return sync_folder(folder_of(path));
}

Result<void> require_trusted(const fs::path& path) {
  for (const fs::path& part : {path, folder_of(path)}) {
    struct stat info {};
    if (::stat(part.c_str(), &info) != 0) return failed("stat", part);
    if (auto trusted = require_trusted(info, part); !trusted) return trusted;
  }
  return {};
}

Result<void> require_trusted_by_root(const fs::path& path) {
  return ::geteuid() == 0 ? require_trusted(path) : Result<void>{};
}

Result<DurableLog> DurableLog::open(const fs::path& path) {
  Fd fd(::open(path.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0644));
  if (!fd.valid()) return failed("open", path);
  if (auto cut = cut_torn_line(fd.get(), path); !cut) return fail(cut);
  if (auto synced = sync_folder(folder_of(path)); !synced) return fail(synced);
  return DurableLog(std::move(fd), path);
}

Result<void> DurableLog::append(std::string_view line) {
  if (auto written = write_all(fd_.get(), fmt::format("{}\n", line), path_); !written)
    return written;
  if (::fdatasync(fd_.get()) != 0) return failed("sync", path_);
  return {};
}

}  // namespace moderato
