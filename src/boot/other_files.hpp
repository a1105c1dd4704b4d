// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "boot/other_writers.hpp"

namespace moderato {

// How the files of others are read. Private to the module. They are not ours to judge: what is not
// understood is passed over.

using Root = std::filesystem::path;

/// "KEY=VALUE" below "[SECTION]", in order; comments and everything else are left out. Sections and
/// keys may come twice.
struct IniEntry {
  std::string section, key, value;
};
std::vector<IniEntry> read_ini(const std::filesystem::path& file);
std::optional<std::string> find_entry(const std::vector<IniEntry>& entries,
                                      std::string_view section, std::string_view key);

/// Lines that end in '\' are joined with the next one; comments and empty lines are left out.
std::vector<std::string> read_lines(const std::filesystem::path& file);

std::vector<std::string> words_of(std::string_view text);

/// Shell pattern, fnmatch(3).
bool matches(const std::string& pattern, const std::string& text);
/// Any of several patterns with blanks between; one that begins with '!' excludes.
bool matches_any(const std::string& patterns, const std::string& text);

/// The files of these folders with that ending, by name; of two with the same name the one in the
/// earlier folder. Paths below `root`.
std::vector<std::filesystem::path> files_in(const Root& root,
                                            const std::vector<std::string_view>& folders,
                                            std::string_view ending);

/// As it is called on the host itself.
std::filesystem::path without_root(const std::filesystem::path& file, const Root& root);

std::vector<OtherWriter> network_manager_writers(const Device& device, const Root& root);
std::vector<OtherWriter> systemd_writers(const Device& device, const Root& root);
std::vector<OtherWriter> tuned_writers(const Device& device, const Root& root);
std::vector<OtherWriter> udev_writers(const Device& device, const Root& root);

}  // namespace moderato
