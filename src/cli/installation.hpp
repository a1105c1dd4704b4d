// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "agent/client.hpp"
#include "workload/workload.hpp"

namespace moderato {

/// Where the parts of this installation lie, worked out from where the program itself lies: the
/// build tree has the same shape as an installed one (bin, libexec/moderato, share/moderato).
struct Installation {
  std::filesystem::path moderato;
  std::filesystem::path libexec;
  std::filesystem::path share;
  /// Where links are looked up by name, the first folder first.
  std::vector<std::filesystem::path> links;

  WorkloadPaths workloads() const;
  AgentProgram agent() const;
};

/// Links are those of the folder `links` where the program was started, then those that the
/// cluster's administrator keeps in /etc/moderato/links.
Installation find_installation();

/// A policy by file ("x.json", "./x") or by the name of a shipped one ("quickstart"). A word
/// without '/' and ".json" is a name, whatever file of that name lies here.
Result<std::filesystem::path> find_policy(const std::string& name, const Installation& at);

/// A link document by file or by name, likewise. The path is absolute: a study keeps it, and may be
/// resumed from elsewhere.
Result<std::filesystem::path> find_link(const std::string& name, const Installation& at);

}  // namespace moderato
