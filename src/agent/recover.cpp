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
  auto found = ask(host, launch_prefix, program, true);
  if (!found) return fail(found);
  // Known before anything is put back: a device that fails must not keep the namespaces waiting.
  std::vector<std::string> namespaces = std::move(found->namespaces);
  std::ranges::sort(namespaces);
  const auto repeated = std::ranges::unique(namespaces);
  namespaces.erase(repeated.begin(), repeated.end());
  std::vector<std::string> notes;
  Result<void> outcome;
  const auto take = [&](const Result<Agent::Recovered>& there) {
    if (there) notes.insert(notes.end(), there->notes.begin(), there->notes.end());
    if (!there && outcome) outcome = fail(there);
  };
  take(dry_run ? std::move(found) : ask(host, launch_prefix, program, false));
  for (const auto& name : namespaces) {
    Argv inside = launch_prefix;
    inside.insert(inside.end(), {"ip", "netns", "exec", name});
    take(ask(fmt::format("{} (namespace {})", host, name), inside, program, dry_run));
  }
  if (!outcome) return fail(outcome);
  std::ranges::sort(notes);  // what another study holds is seen from every namespace: say it once
  const auto twice = std::ranges::unique(notes);
  notes.erase(twice.begin(), twice.end());
  return notes;
}

}  // namespace moderato
