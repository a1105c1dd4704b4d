// SPDX-License-Identifier: Apache-2.0
#include "cli/installation.hpp"

#include <fmt/format.h>

#include <set>

#include "agent/snapshot.hpp"
#include "boot/installed.hpp"
#include "core/nearest.hpp"

namespace moderato {

namespace fs = std::filesystem;

namespace {

std::vector<std::string> names_in(const std::vector<fs::path>& folders) {
  std::set<std::string> names;
  for (const fs::path& folder : folders) {
    std::error_code missing;
    for (const auto& entry : fs::directory_iterator(folder, missing)) {
      if (entry.path().extension() == ".json") names.insert(entry.path().stem());
    }
  }
  return {names.begin(), names.end()};
}

std::string known_documents(const std::vector<fs::path>& folders) {
  const auto names = names_in(folders);
  if (!names.empty()) return fmt::format("give a file, or one of: {}", fmt::join(names, ", "));
  std::vector<std::string> places;
  for (const fs::path& folder : folders)
    places.push_back(folder.string());
  return fmt::format("give a file, or put a NAME.json into {}", fmt::join(places, " or "));
}

/// Whether it is the name of a document, else it is a file. A name never is: somebody may have put
/// a file of that name where moderato was started. Nor does it lead out of the folders.
bool is_name(const std::string& word) {
  return !word.empty() && word.find('/') == std::string::npos && !word.ends_with(".json");
}

/// `name` as a file, or NAME.json in the first of `folders` that has it.
Result<fs::path> find_document(std::string_view kind, const std::string& name,
                               const std::vector<fs::path>& folders) {
  std::error_code none;
  if (!is_name(name) && fs::exists(name, none)) return fs::path(name);
  if (is_name(name)) {
    for (const fs::path& folder : folders) {
      fs::path file = folder / (name + ".json");
      if (fs::is_regular_file(file, none)) return file;
    }
  }
  const bool file_here = fs::is_regular_file(name, none);
  const std::string near = did_you_mean(name, names_in(folders));
  return fail(
      Fault::usage, fmt::format("no {} '{}'", kind, name),
      fmt::format("{}{}{}{}", file_here ? "./" + name + " is the file that lies here; " : "", near,
                  near.empty() ? "" : " ", known_documents(folders)));
}

}  // namespace

WorkloadPaths Installation::workloads() const {
  return {fs::current_path() / "workloads", share / "catalogue", libexec, moderato};
}

AgentProgram Installation::agent() const {
  return {moderato, fs::absolute(default_state_dir())};
}

Installation find_installation() {
  const fs::path self = fs::read_symlink("/proc/self/exe");
  const fs::path root = self.parent_path().parent_path();
  return {self,
          root / "libexec/moderato",
          root / "share/moderato",
          {"links", default_config().folder / "links"}};
}

Result<fs::path> find_policy(const std::string& name, const Installation& at) {
  return find_document("policy", name, {at.share / "policies"});
}

Result<fs::path> find_link(const std::string& name, const Installation& at) {
  auto found = find_document("link", name, at.links);
  return found ? fs::absolute(*found).lexically_normal() : found;
}

}  // namespace moderato
