// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

struct SourceFile {
  std::string path;  ///< from the root of the repository, "src/core/fd.hpp"
  std::string text;
};

/// Every file under `root`/`folder`, by path.
std::vector<SourceFile> files_under(const std::filesystem::path& root, const std::string& folder);

std::vector<std::string> lines_of(const std::string& text);

/// C++ with blanks in place of comments and of what quotes hold, line for line.
std::string code_only(const std::string& text);
