// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

namespace moderato {

// Reading /sys and /proc where nothing is certain: what is missing, not permitted or refused by the
// driver (many attributes of an interface that is down are) is empty. Private to the module.

/// The first line of a file, without blanks around it.
std::string read_line(const std::filesystem::path& file);

/// Decimal, or hexadecimal behind "0x".
std::optional<std::int64_t> read_number(const std::filesystem::path& file);

/// The names in a folder, numbers in numeric order.
std::vector<std::string> names_in(const std::filesystem::path& folder);

/// The same in no order, to look names up.
std::unordered_set<std::string> all_names_in(const std::filesystem::path& folder);

/// The last part of what a symbolic link points at ("mlx5_core" of .../device/driver).
std::string target_name(const std::filesystem::path& link);

bool is_folder(const std::filesystem::path& path);

}  // namespace moderato
