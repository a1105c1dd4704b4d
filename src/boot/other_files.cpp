// SPDX-License-Identifier: Apache-2.0
#include "boot/other_files.hpp"

#include <fnmatch.h>

#include <algorithm>
#include <ranges>
#include <sstream>

#include "core/file.hpp"

namespace moderato {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t largest_file = 1u << 20;

std::string trimmed(std::string_view text) {
  constexpr std::string_view blanks = " \t\r";
  const auto begin = text.find_first_not_of(blanks);
  if (begin == std::string_view::npos) return {};
  return std::string(text.substr(begin, text.find_last_not_of(blanks) - begin + 1));
}

}  // namespace

std::vector<std::string> read_lines(const fs::path& file) {
  if (std::error_code none; !fs::is_regular_file(file, none)) return {};
  const auto text = read_file(file, largest_file);
  if (!text) return {};
  std::vector<std::string> lines;
  std::istringstream in(*text);
  std::string line, joined;
  while (std::getline(in, line)) {
    const std::string part = trimmed(line);
    if (joined.empty() && (part.empty() || part.front() == '#' || part.front() == ';')) continue;
    joined += part;
    if (joined.ends_with('\\')) {
      joined.back() = ' ';
      continue;
    }
    lines.push_back(std::move(joined));
    joined.clear();
  }
  if (!joined.empty()) lines.push_back(std::move(joined));
  return lines;
}

std::vector<IniEntry> read_ini(const fs::path& file) {
  std::vector<IniEntry> entries;
  std::string section;
  for (const std::string& line : read_lines(file)) {
    const auto equals = line.find('=');
    if (line.front() == '[' && line.back() == ']')
      section = line.substr(1, line.size() - 2);
    else if (equals != std::string::npos)
      entries.push_back(
          {section, trimmed(line.substr(0, equals)), trimmed(line.substr(equals + 1))});
  }
  return entries;
}

std::optional<std::string> find_entry(const std::vector<IniEntry>& entries,
                                      std::string_view section, std::string_view key) {
  for (const IniEntry& entry : entries)
    if (entry.section == section && entry.key == key) return entry.value;
  return std::nullopt;
}

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  std::istringstream in{std::string(text)};
  for (std::string word; in >> word;)
    words.push_back(word);
  return words;
}

bool matches(const std::string& pattern, const std::string& text) {
  return ::fnmatch(pattern.c_str(), text.c_str(), 0) == 0;
}

bool matches_any(const std::string& patterns, const std::string& text) {
  bool any = false, all_exclude = true;
  for (const std::string& word : words_of(patterns)) {
    if (word.front() == '!') {
      if (matches(word.substr(1), text)) return false;
      continue;
    }
    all_exclude = false;
    any = any || matches(word, text);
  }
  return any || all_exclude;
}

std::vector<fs::path> files_in(const Root& root, const std::vector<std::string_view>& folders,
                               std::string_view ending) {
  std::map<std::string, fs::path> by_name;
  for (const std::string_view folder : folders) {
    std::error_code error;
    for (fs::directory_iterator entry(root / folder, error), end; !error && entry != end;
         entry.increment(error)) {
      const std::string name = entry->path().filename();
      if (name.ends_with(ending)) by_name.try_emplace(name, entry->path());
    }
  }
  const auto files = std::views::values(by_name);
  return {files.begin(), files.end()};
}

fs::path without_root(const fs::path& file, const Root& root) {
  return "/" / file.lexically_relative(root);
}

std::vector<OtherWriter> other_writers(const Device& device, const fs::path& root) {
  std::vector<OtherWriter> all;
  for (const auto find : {network_manager_writers, systemd_writers, tuned_writers, udev_writers}) {
    auto some = find(device, root);
    std::ranges::move(some, std::back_inserter(all));
  }
  return all;
}

}  // namespace moderato
