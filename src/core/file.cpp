// SPDX-License-Identifier: Apache-2.0
#include "core/file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <cerrno>

#include "core/descriptor.hpp"
#include "core/fd.hpp"
#include "core/folder.hpp"

namespace moderato {
namespace {

namespace fs = std::filesystem;

fs::path folder_of(const fs::path& path) {
  return path.has_parent_path() ? path.parent_path() : fs::path(".");
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
  auto folder = Folder::open(path.parent_path());
  if (!folder)
    return fail(folder.error().fault,
                fmt::format("write {}: {}", path.string(), folder.error().message));
  return folder->write_durably(path.filename().string(), content);
}

Result<void> remove_file_durably(const fs::path& path) {
  if (::unlink(path.c_str()) != 0) {
    if (errno == ENOENT) return {};
    return failed("remove", path);
  }
  auto folder = Folder::open(path.parent_path());
  return folder ? folder->sync() : fail(folder);
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

}  // namespace moderato
