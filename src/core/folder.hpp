// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/fd.hpp"
#include "core/result.hpp"

namespace moderato {

/// A folder held by its descriptor: whatever somebody moves to the place of its path meanwhile,
/// what is read and written here is in this one. Copies hold the same folder. Names are those of
/// files right in it.
class Folder {
 public:
  /// As it is, whoever it belongs to.
  static Result<Folder> open(const std::filesystem::path& path);
  /// One that nobody else may write. Where the caller is root it has to belong to root, and so has
  /// every file that is read in it; neither may be a link. Anybody else harms nobody but himself.
  static Result<Folder> open_own(const std::filesystem::path& path);
  /// The same, made if it is not there, and the folders above it.
  static Result<Folder> make_own(const std::filesystem::path& path);
  /// A folder in this one, as much one's own as this; made if it is not there.
  Result<Folder> make_folder(const std::string& name) const;

  /// Where it was when it was opened: for messages.
  const std::filesystem::path& path() const { return path_; }
  bool holds(const std::string& name) const;

  /// A file's descriptor, with the flags of open(2).
  Result<Fd> open_file(const std::string& name, int flags) const;
  Result<std::string> read(const std::string& name, std::size_t limit = 64u << 20) const;
  /// The same; nothing if there is no such file.
  Result<std::optional<std::string>> read_if_there(const std::string& name,
                                                   std::size_t limit = 64u << 20) const;
  /// After a power cut either the old or the new content stands, whole. A link of that name is
  /// replaced, not followed.
  Result<void> write_durably(const std::string& name, std::string_view content) const;
  /// The same for what counts until the next boot only: whoever reads it finds the old or the new
  /// content, whole, but nobody waits for the disk.
  Result<void> write_whole(const std::string& name, std::string_view content) const;
  /// A file that is not there is no error. Durable with the next sync().
  Result<void> remove(const std::string& name) const;
  /// Which files there are is on disk when it returns.
  Result<void> sync() const;

 private:
  Folder(Fd fd, std::filesystem::path path, bool guarded)
      : fd_(std::make_shared<const Fd>(std::move(fd))), path_(std::move(path)), guarded_(guarded) {}
  static Result<Folder> take(int at, const std::filesystem::path& name, std::filesystem::path path,
                             bool guarded);
  Fd descriptor_of(const std::string& name, int flags) const;
  Result<void> replace(const std::string& name, std::string_view content, bool on_disk) const;
  Result<void> check_file(const Fd& fd, const std::string& name) const;

  std::shared_ptr<const Fd> fd_;
  std::filesystem::path path_;
  bool guarded_ = false;  ///< root's own: nothing of anybody else's is taken
};

}  // namespace moderato
