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

bool writable_by_others(const struct stat& info) {
  const bool sticky_folder = S_ISDIR(info.st_mode) && (info.st_mode & S_ISVTX) != 0;
  return (info.st_mode & (S_IWGRP | S_IWOTH)) != 0 && !sticky_folder;
}

}  // namespace

Result<std::string> read_file(const fs::path& path, std::size_t limit) {
  Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd.valid()) return failed("open", path);
  return read_all(fd.get(), path, limit);
}

Result<std::optional<std::string>> read_file_if_there(const fs::path& path, std::size_t limit) {
  Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd.valid() && errno == ENOENT) return std::nullopt;
  if (!fd.valid()) return failed("open", path);
  return read_all(fd.get(), path, limit);
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
  return sync_folder(folder_of(path));
}

Result<void> require_trusted(const fs::path& path) {
  for (const fs::path& part : {path, folder_of(path)}) {
    struct stat info {};
    if (::stat(part.c_str(), &info) != 0) return failed("stat", part);
    if (info.st_uid != 0 && info.st_uid != ::geteuid())
      return fail(Fault::document,
                  fmt::format("{} belongs to user {}, who could change what would be applied",
                              part.string(), info.st_uid),
                  fmt::format("chown root {}", part.string()));
    if (writable_by_others(info))
      return fail(Fault::document,
                  fmt::format("{} can be written by others (mode {:o})", part.string(),
                              info.st_mode & 07777),
                  fmt::format("chmod go-w {}", part.string()));
  }
  return {};
}

Result<void> require_trusted_by_root(const fs::path& path) {
  return ::geteuid() == 0 ? require_trusted(path) : Result<void>{};
}

}  // namespace moderato
