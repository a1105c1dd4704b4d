// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <set>
#include <string>
#include <vector>

#include "architecture/source_text.hpp"

// The rules of src/README.md and CONTRIBUTING.md as functions of text. Each returns one line a
// violation, "file:line: what is wrong".

/// A row of the table in src/README.md.
struct Module {
  std::string name;
  std::string kind;  ///< "vocabulary", "PURE", "EFFECTS", "joins"
  std::set<std::string> may_include;
};

using Violations = std::vector<std::string>;

/// In the order of the table.
std::vector<Module> parse_table(const std::string& readme);

/// A module may include rows above its own only; PURE and EFFECTS never each other, and neither a
/// module that joins.
Violations check_table(const std::vector<Module>& table);

/// Folders of src/ and rows of the table are the same.
Violations check_folders(const std::set<std::string>& folders, const std::vector<Module>& table);

/// Of a file in src/: every include of ours is in the table, in whichever brackets.
Violations check_includes(const SourceFile& file, const std::vector<Module>& table);

/// The headers of src/ that no other module includes, be it through others.
std::set<std::string> private_headers(const std::vector<SourceFile>& files);

/// No header of src/ includes third-party types, but for private ones.
Violations check_third_party(const SourceFile& file, const std::set<std::string>& private_ones);

/// A source file (.cpp, .hpp, .sh, .cmake, CMakeLists.txt) names its licence on top.
Violations check_licence(const SourceFile& file);

/// exit() and its likes in main.cpp alone; _exit() in core/process.cpp, behind fork, alone.
Violations check_exit(const SourceFile& file);

/// fmt::print() nowhere in src/: it throws where it cannot write, and nobody catches that.
Violations check_print(const SourceFile& file);

/// The libraries in the text of `readelf -d`, "libc.so.6".
std::vector<std::string> needed_libraries(const std::string& readelf);
