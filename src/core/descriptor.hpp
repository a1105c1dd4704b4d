// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/stat.h>

#include <filesystem>
#include <string>
#include <string_view>

#include "core/fd.hpp"
#include "core/result.hpp"

namespace moderato {

/// What errno says of the call that has just failed: "open /x: Permission denied".
std::unexpected<Error> failed(std::string_view doing, const std::filesystem::path& path,
                              std::string remedy = {});

/// From where the descriptor stands to the end, at most `limit` bytes; larger is an error. `path`:
/// what it is called in messages.
Result<std::string> read_all(int fd, const std::filesystem::path& path, std::size_t limit);

/// Refuses what is no regular file. `found` may be opened with O_PATH: then nothing has happened
/// yet, while a pipe would have who opens it wait for ever, and a device may begin its work.
Result<struct stat> look_at_file(const Fd& found, const std::filesystem::path& path);
/// The content of what was opened with O_PATH.
Result<std::string> read_found(const Fd& found, const std::filesystem::path& path,
                               std::size_t limit);

Result<void> write_all(int fd, std::string_view content, const std::filesystem::path& path);

}  // namespace moderato
