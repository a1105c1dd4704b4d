// SPDX-License-Identifier: Apache-2.0
#include "cli/installation.hpp"

#include <fmt/format.h>

#include <set>

#include "agent/snapshot.hpp"

namespace moderato {

namespace fs = std::filesystem;

WorkloadPaths Installation::workloads() const {
  return {fs::current_path() / "workloads", share / "catalogue", libexec, moderato};
}

AgentProgram Installation::agent() const {
  return {moderato, fs::absolute(default_state_dir())};
}

Installation find_installation() {
  const fs::path self = fs::read_symlink("/proc/self/exe");
  const fs::path root = self.parent_path().parent_path();
  return {self, root / "libexec/moderato", root / "share/moderato"};
}

Result<fs::path> find_policy(const std::string& name, const Installation& at) {
  if (fs::exists(name) && fs::is_regular_file(name)) return fs::path(name);
  const fs::path shipped = at.share / "policies" / (name + ".json");
  if (name.find('/') == std::string::npos && fs::exists(shipped)) return shipped;
  std::set<std::string> names;
  std::error_code missing;
  for (const auto& entry : fs::directory_iterator(at.share / "policies", missing)) {
    if (entry.path().extension() == ".json") names.insert(entry.path().stem());
  }
  return fail(Fault::usage, fmt::format("no policy '{}'", name),
              fmt::format("give a file, or one of: {}", fmt::join(names, ", ")));
}

}  // namespace moderato
