// SPDX-License-Identifier: Apache-2.0
#include <set>

#include "boot/other_files.hpp"

namespace moderato {
namespace {

namespace fs = std::filesystem;

/// A profile includes others, which may include others; nobody needs more.
constexpr int deepest_include = 8;

fs::path file_of(const std::string& profile, const Root& root) {
  if (profile.find('/') != std::string::npos) return {};
  for (const char* folder :
       {"etc/tuned/profiles", "etc/tuned", "usr/lib/tuned/profiles", "usr/lib/tuned"}) {
    fs::path file = root / folder / profile / "tuned.conf";
    if (std::error_code none; fs::is_regular_file(file, none)) return file;
  }
  return {};
}

std::string spaced(std::string text) {
  for (char& c : text)
    if (c == ',' || c == ';') c = ' ';
  return text;
}

/// "coalesce=adaptive-rx off rx-usecs 0", with commas or blanks between.
void read_coalesce(const std::string& text, const fs::path& file, bool certain,
                   std::vector<OtherWriter>& writers) {
  const auto words = words_of(spaced(text));
  for (std::size_t i = 0; i + 1 < words.size(); i += 2)
    writers.push_back({"TuneD", file, words[i], words[i + 1], certain});
}

void read_profile(const std::string& profile, const Device& device, const Root& root, int depth,
                  std::set<std::string>& seen, std::vector<OtherWriter>& writers) {
  const fs::path file = file_of(profile, root);
  if (file.empty() || depth > deepest_include || !seen.insert(profile).second) return;
  const auto entries = read_ini(file);
  if (const auto included = find_entry(entries, "main", "include"))
    for (const std::string& name : words_of(spaced(*included)))
      read_profile(name, device, root, depth + 1, seen, writers);
  for (const IniEntry& entry : entries) {
    const std::string type = find_entry(entries, entry.section, "type").value_or(entry.section);
    if (type != "net" || entry.key != "coalesce") continue;
    const auto devices = find_entry(entries, entry.section, "devices");
    if (devices && !matches_any(spaced(*devices), device.netdev)) continue;
    const bool certain = !find_entry(entries, entry.section, "devices_udev_regex");
    read_coalesce(entry.value, without_root(file, root), certain, writers);
  }
}

}  // namespace

/// tuned.conf(5), net plugin.
std::vector<OtherWriter> tuned_writers(const Device& device, const Root& root) {
  std::vector<OtherWriter> writers;
  std::set<std::string> seen;
  for (const std::string& line : read_lines(root / "etc/tuned/active_profile"))
    for (const std::string& profile : words_of(line))
      read_profile(profile, device, root, 0, seen, writers);
  return writers;
}

}  // namespace moderato
