// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

/// How many snapshots lie in a state folder; their locks may stay as empty files.
inline std::size_t snapshot_documents(const std::filesystem::path& state_dir) {
  std::size_t count = 0;
  std::error_code missing;
  for (const auto& entry : std::filesystem::directory_iterator(state_dir / "snapshots", missing))
    count += entry.path().extension() == ".json";
  return count;
}
