// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

#include "agent/client.hpp"
#include "workload/workload.hpp"

namespace moderato {

/// Where the parts of this installation lie, worked out from where the program itself lies: the
/// build tree has the same shape as an installed one (bin, libexec/moderato, share/moderato).
struct Installation {
  std::filesystem::path moderato;
  std::filesystem::path libexec;
  std::filesystem::path share;

  WorkloadPaths workloads() const;
  AgentProgram agent() const;
};

Installation find_installation();

/// A policy by file ("x.json", "./x") or by the name of a shipped one ("quickstart").
Result<std::filesystem::path> find_policy(const std::string& name, const Installation& at);

}  // namespace moderato
