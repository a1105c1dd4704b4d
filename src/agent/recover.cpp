// SPDX-License-Identifier: Apache-2.0
#include "agent/recover.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace moderato {
namespace {

Result<Agent::Recovered> ask(const std::string& host, const Argv& launch_prefix,
                             const AgentProgram& program, bool dry_run) {
  auto agent = Agent::start(host, launch_prefix, program);
  if (!agent) return fail(agent);
  return dry_run ? agent->pending() : agent->recover();
}

}  // namespace

Result<std::vector<std::string>> recover_host(const std::string& host, const Argv& launch_prefix,
                                              const AgentProgram& program, bool dry_run) {
  auto found = ask(host, launch_prefix, program, dry_run);
  if (!found) return fail(found);
  std::vector<std::string> notes = std::move(found->notes);
  std::ranges::sort(found->namespaces);
  const auto repeated = std::ranges::unique(found->namespaces);
  found->namespaces.erase(repeated.begin(), repeated.end());
  for (const auto& name : found->namespaces) {
    Argv inside = launch_prefix;
    inside.insert(inside.end(), {"ip", "netns", "exec", name});
    auto there = ask(fmt::format("{} (namespace {})", host, name), inside, program, dry_run);
    if (!there) return fail(there);
    notes.insert(notes.end(), there->notes.begin(), there->notes.end());
  }
  std::ranges::sort(notes);  // what another study holds is seen from every namespace: say it once
  const auto twice = std::ranges::unique(notes);
  notes.erase(twice.begin(), twice.end());
  return notes;
}

}  // namespace moderato
