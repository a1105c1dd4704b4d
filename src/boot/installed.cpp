// SPDX-License-Identifier: Apache-2.0
#include "boot/installed.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <sstream>

#include "core/environment.hpp"
#include "core/file.hpp"

namespace moderato {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t largest_profile = 8u << 20;

Result<Profile> read_one(const fs::path& file, const KnobRanges& device_knobs,
                         const KnobRanges& process_knobs) {
  auto text = read_trusted_file(file, largest_profile);
  if (!text) return fail(text);
  return parse_profile(*text, file.string(), device_knobs, process_knobs);
}

std::vector<fs::path> documents_in(const fs::path& folder, std::vector<Error>& errors) {
  std::vector<fs::path> files;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    if (entry->path().extension() == ".json") files.push_back(entry->path());
  }
  if (error && error != std::errc::no_such_file_or_directory)
    errors.push_back(
        system_error(fmt::format("list {}", folder.string()), error.value(), "run as root"));
  std::ranges::sort(files);
  return files;
}

}  // namespace

ConfigPlaces default_config() {
  return {variable_or("MODERATO_CONFIG_DIR", "/etc/moderato")};
}

std::set<std::string> Installed::classes() const {
  std::set<std::string> classes;
  for (const InstalledProfile& installed : profiles)
    classes.insert(installed.profile.workload_class);
  return classes;
}

Installed read_installed(const fs::path& folder, const KnobRanges& device_knobs,
                         const KnobRanges& process_knobs) {
  Installed installed;
  for (const fs::path& file : documents_in(folder, installed.broken)) {
    auto profile = read_one(file, device_knobs, process_knobs);
    if (profile) {
      installed.profiles.push_back({file, std::move(*profile)});
    } else {
      installed.broken.push_back(profile.error());
    }
  }
  return installed;
}

Result<std::optional<std::string>> read_word(const fs::path& file) {
  if (std::error_code none; !fs::exists(file, none)) return std::nullopt;
  auto text = read_trusted_file(file, 4096);
  if (!text) return fail(text);
  std::istringstream in(*text);
  std::string word, more;
  in >> word;
  if (word.empty() || in >> more)
    return fail(Fault::document,
                fmt::format("{}: {} where one word is wanted", file.string(),
                            word.empty() ? "nothing" : "several words"),
                "write one word, or remove the file");
  return word;
}

Result<std::string> active_class(const ConfigPlaces& places, const Installed& installed) {
  auto word = read_word(places.active_class());
  if (!word) return fail(word);
  if (*word) return std::move(**word);
  const auto classes = installed.classes();
  if (classes.size() > 1)
    return fail(Fault::document,
                fmt::format("profiles of several classes are installed ({}), and {} names none",
                            fmt::join(classes, ", "), places.active_class().string()),
                "`moderato install --class NAME` chooses one");
  return classes.empty() ? std::string() : *classes.begin();
}

int specificity(const Match& match) {
  int given = 0;
  for (const std::string* field : {&match.driver, &match.kind, &match.pci_id, &match.netdev})
    given += field->empty() ? 0 : 1;
  return given;
}

Choice choose(const Installed& installed, const std::string& workload_class, const Device& device) {
  std::vector<const InstalledProfile*> best;
  for (const InstalledProfile& candidate : installed.profiles) {
    const Profile& profile = candidate.profile;
    if (profile.workload_class != workload_class || profile.settings.empty()) continue;
    if (mismatch(profile.match, device)) continue;
    const int ahead =
        best.empty() ? 1 : specificity(profile.match) - specificity(best.front()->profile.match);
    if (ahead > 0) best.clear();
    if (ahead >= 0) best.push_back(&candidate);
  }
  if (best.empty()) return {};
  return best.size() == 1 ? Choice{best.front(), {}} : Choice{nullptr, std::move(best)};
}

std::string describe_ambiguity(const Choice& choice) {
  if (choice.ambiguous.empty()) return {};
  std::vector<std::string> names;
  for (const InstalledProfile* one : choice.ambiguous)
    names.push_back(one->file.filename().string());
  return fmt::format("{} match equally well", fmt::join(names, " and "));
}

}  // namespace moderato
