// SPDX-License-Identifier: Apache-2.0
#include "cli/since.hpp"

#include "cli/commands.hpp"
#include "core/file.hpp"
#include "tune/study.hpp"

namespace moderato {

namespace fs = std::filesystem;

fs::path study_of(const fs::path& file, const Profile& profile) {
  const std::string& name = profile.evidence.study;
  // It is a name; a path would lead out of the folders.
  if (name.empty() || name.find('/') != std::string::npos) return {};
  const fs::path folder = fs::absolute(file).lexically_normal().parent_path();
  for (const fs::path& place : {folder, folder / name, fs::current_path() / name}) {
    if (std::error_code none; !fs::is_regular_file(place / "study.json", none)) continue;
    const auto header = read_beginning(place);
    if (header && header->name == name) return place;
  }
  return {};
}

Result<StudyHeader> read_beginning(const fs::path& study) {
  auto text = read_trusted_file(study / "study.json");
  if (!text) return fail(text);
  auto header = parse_study(*text, (study / "study.json").string());
  if (!header) return header;
  auto policy = read_trusted_file(study / "policy.json");
  if (!policy) return fail(policy);
  header->policy_text = std::move(*policy);
  return header;
}

Result<SinceProfile> load_since(const std::string& path) {
  auto profile = load_profile(path);
  if (!profile) return fail(profile);
  fs::path study = study_of(path, *profile);
  return SinceProfile{path, std::move(*profile), std::move(study)};
}

}  // namespace moderato
