// SPDX-License-Identifier: Apache-2.0
#include "knobs/sysfs.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <climits>
#include <memory>

#include "core/fd.hpp"
#include "core/number.hpp"

namespace moderato {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view blanks = " \t\r\n";

/// "9" before "10": shorter is smaller, as long as both are numbers.
bool before(const std::string& a, const std::string& b) {
  const auto is_number = [](const std::string& text) {
    return std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
  };
  if (a.size() != b.size() && is_number(a) && is_number(b)) return a.size() < b.size();
  return a < b;
}

struct CloseFolder {
  void operator()(DIR* folder) const { ::closedir(folder); }
};

void for_each_name_in(const fs::path& folder, const auto& use) {
  // Not fs::directory_iterator: it makes a path of each, half of what finding 256 netdevs takes.
  const std::unique_ptr<DIR, CloseFolder> open(::opendir(folder.c_str()));
  const auto next = [&] { return open ? ::readdir(open.get()) : nullptr; };
  while (const dirent* entry = next()) {
    const std::string_view name = entry->d_name;
    if (name != "." && name != "..") use(name);
  }
}

}  // namespace

std::string read_line(const fs::path& file) {
  // Not read_file(), which takes twice the calls to be safe from what the kernel does not have
  // here.
  const Fd opened(::open(file.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  std::array<char, 4096> text;  // the most that sysfs gives
  const auto size = opened.valid() ? ::read(opened.get(), text.data(), text.size()) : 0;
  if (size <= 0) return {};
  const std::string_view all(text.data(), static_cast<std::size_t>(size));
  const std::string line(all.substr(0, all.find('\n')));
  const auto first = line.find_first_not_of(blanks);
  if (first == std::string::npos) return {};
  return line.substr(first, line.find_last_not_of(blanks) - first + 1);
}

std::optional<std::int64_t> read_number(const fs::path& file) {
  const std::string line = read_line(file);
  return line.starts_with("0x") ? whole_number<std::int64_t>(std::string_view(line).substr(2), 16)
                                : whole_number<std::int64_t>(line);
}

std::vector<std::string> names_in(const fs::path& folder) {
  std::vector<std::string> names;
  for_each_name_in(folder, [&](std::string_view name) { names.emplace_back(name); });
  std::ranges::sort(names, before);
  return names;
}

std::unordered_set<std::string> all_names_in(const fs::path& folder) {
  std::unordered_set<std::string> names;
  for_each_name_in(folder, [&](std::string_view name) { names.emplace(name); });
  return names;
}

std::string target_name(const fs::path& link) {
  std::array<char, PATH_MAX> target;
  const auto size = ::readlink(link.c_str(), target.data(), target.size());
  if (size <= 0) return {};
  const std::string_view path(target.data(), static_cast<std::size_t>(size));
  return std::string(path.substr(path.rfind('/') + 1));
}

bool is_folder(const fs::path& path) {
  std::error_code ignored;
  return fs::is_directory(path, ignored);
}

}  // namespace moderato
