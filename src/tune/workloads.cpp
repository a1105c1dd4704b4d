// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <set>

#include "tune/measure.hpp"
#include "workload/process_knobs.hpp"

namespace moderato {
namespace {

std::string name_of_use(const WorkloadUse& use) {
  std::string name = use.name;
  for (const auto& [key, value] : use.parameters)
    name += fmt::format(" {}={}", key, value);
  return name;
}

/// "mpi" is no parameter of the program: it says how the program is started.
Result<PreparedWorkload> prepare(const WorkloadUse& use, const WorkloadPaths& paths) {
  PreparedWorkload prepared{name_of_use(use), {}, use.parameters};
  const auto mpi = prepared.parameters.extract("mpi");
  auto descriptor = find_workload(use.name, paths, mpi ? mpi.mapped() : "");
  if (!descriptor) return fail(descriptor);
  prepared.descriptor = std::move(*descriptor);
  return prepared;
}

/// The value of a knob that the workload has where nobody searches.
std::int64_t value_at_baseline(const PreparedWorkload& workload, const ProcessKnob& knob) {
  const std::string id(knob.id);
  const auto replaced = workload.parameters.find(id);
  const std::string& text = replaced != workload.parameters.end()
                                ? replaced->second
                                : workload.descriptor.parameters.at(id);
  return value_of(knob, text).value_or(knob.min);  // build_command has refused what is no value
}

std::string why_not(const PreparedWorkload& workload, const std::string& knob) {
  const auto reason = workload.descriptor.unreachable.find(knob);
  return reason != workload.descriptor.unreachable.end() ? reason->second
                                                         : "it has no parameter of this name";
}

/// Finds the common baseline of one knob, and the workloads that it does not reach.
Result<void> bind_knob(const ProcessKnob& knob, WorkloadSet& set) {
  const std::string id(knob.id);
  std::string reasons;
  for (const PreparedWorkload& workload : set.workloads) {
    if (!workload.takes(id)) {
      set.out_of_reach.push_back({id, workload.name, why_not(workload, id)});
      reasons += (reasons.empty() ? "" : "; ") + describe(set.out_of_reach.back());
      continue;
    }
    const auto value = value_at_baseline(workload, knob);
    const auto [there, fresh] = set.baseline.emplace(id, value);
    if (!fresh && there->second != value)
      return fail(Fault::document,
                  fmt::format("{} is {} in workload '{}' and {} in another one", id,
                              text_of(knob, value), workload.name, text_of(knob, there->second)),
                  "give all workloads of the policy the same value: it is the baseline");
  }
  if (set.baseline.contains(id)) return {};
  return fail(Fault::unsupported,
              fmt::format("no workload of the policy takes {}: {}", id, reasons),
              "take it out of the space, or choose a workload or an MPI flavour that takes it");
}

/// Before anything is measured, as far as the descriptors tell.
Result<void> check_constraints(const Policy& policy, const WorkloadSet& set) {
  for (const MetricConstraint& constraint : policy.constraints) {
    for (const PreparedWorkload& workload : set.workloads) {
      const auto why = never_gives(constraint.metric, workload.descriptor);
      if (!why) continue;
      return fail(
          Fault::document,
          fmt::format("policy '{}': constraints: {}: workload '{}' gives no {}: {}", policy.name,
                      describe(constraint), workload.name, name_of(constraint.metric), *why),
          "take the constraint out, or use workloads that give this figure");
    }
  }
  return {};
}

}  // namespace

Result<Command> command_for(const PreparedWorkload& workload, const Settings& process,
                            const Link& link, const WorkloadPaths& paths, const std::string& user) {
  auto parameters = workload.parameters;
  for (const auto& [id, value] : process) {
    if (workload.takes(id)) parameters[id] = text_of(*find_process_knob(id), value);
  }
  return build_command(workload.descriptor, parameters, link, paths, user);
}

std::string describe(const OutOfReach& out) {
  return fmt::format("{} does not reach {}: {}", out.knob, out.workload, out.reason);
}

Result<WorkloadSet> prepare_workloads(const Policy& policy, const Link& link,
                                      const WorkloadPaths& paths, const std::string& user) {
  WorkloadSet set{.paths = paths, .user = user};
  std::set<std::string> names;
  for (const WorkloadUse& use : policy.workloads) {
    auto prepared = prepare(use, paths);
    if (!prepared) return fail(prepared);
    auto command = command_for(*prepared, {}, link, paths, user);
    if (!command) return fail(command);
    if (!names.insert(prepared->name).second)
      return fail(Fault::document, fmt::format("policy '{}' names the workload '{}' twice",
                                               policy.name, prepared->name));
    set.workloads.push_back(std::move(*prepared));
  }
  if (auto given = check_constraints(policy, set); !given) return fail(given);
  for (const Parameter& parameter : policy.space.parameters) {
    const ProcessKnob* knob = find_process_knob(parameter.knob);
    if (knob == nullptr) continue;
    if (auto bound = bind_knob(*knob, set); !bound) return fail(bound);
  }
  return set;
}

}  // namespace moderato
