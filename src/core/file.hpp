// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "core/result.hpp"

namespace moderato {

/// The whole content of a regular file, at most `limit` bytes; larger is an error, and so is what
/// is no regular file: a pipe is never waited for, a device never opened.
Result<std::string> read_file(const std::filesystem::path& path, std::size_t limit = 64u << 20);

/// The same; nothing if there is no such file. In one step: who asks afterwards whether a file that
/// could not be read exists may meet one that came or went in between.
Result<std::optional<std::string>> read_file_if_there(const std::filesystem::path& path,
                                                      std::size_t limit = 64u << 20);

/// The content of a file that names what is going to run or to be set. Where the caller is root, a
/// file that require_trusted() would refuse is an error; what is looked at is what is read, whoever
/// moves files or links about meanwhile. `user` is somebody whose programs run as himself: a file
/// of his own is taken, and so is a trusted one in a folder of his.
Result<std::string> read_trusted_file(const std::filesystem::path& path,
                                      std::size_t limit = 64u << 20,
                                      std::optional<uid_t> user = {});

/// Replaces `path` so that after a power cut either the old or the new content stands, whole:
/// temporary file, fsync, rename, fsync of the folder. A link in its place is replaced, not
/// followed, and so is one in the place of the temporary file.
Result<void> write_file_durably(const std::filesystem::path& path, std::string_view content);

/// Removes a file and makes the removal durable. A file that is not there is no error.
Result<void> remove_file_durably(const std::filesystem::path& path);

/// Refuses a file that somebody other than root or the caller could have written: owner is neither,
/// or group/others may write it or the folder it is in (a sticky folder like /tmp counts as safe).
/// Who reads the file calls read_trusted_file(): it may have become another one by then.
Result<void> require_trusted(const std::filesystem::path& path);
/// The same where the caller is root; anybody else harms nobody but himself.
Result<void> require_trusted_by_root(const std::filesystem::path& path);

}  // namespace moderato
