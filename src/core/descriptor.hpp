// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "core/result.hpp"

namespace moderato {

/// From where the descriptor stands to the end, at most `limit` bytes; larger is an error. `path`:
/// what it is called in messages.
Result<std::string> read_all(int fd, const std::filesystem::path& path, std::size_t limit);

Result<void> write_all(int fd, std::string_view content, const std::filesystem::path& path);

}  // namespace moderato
