// SPDX-License-Identifier: Apache-2.0
#include "boot/boot.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "boot/differences.hpp"
#include "knobs/plan.hpp"

namespace moderato {
namespace {

std::vector<std::string> knobs_of(const Profile& profile) {
  std::vector<std::string> knobs;
  for (const auto& [id, value] : profile.settings)
    knobs.push_back(id);
  return knobs;
}

/// The devices of the host that the profile is for.
Result<std::vector<Device>> matching_devices(const Profile& profile, const Target& target,
                                             const HostReport& report) {
  std::vector<Device> matching;
  std::string reasons;
  for (const Device& device : report.devices) {
    if (!target.netdev.empty() && device.netdev != target.netdev) continue;
    const auto why_not = mismatch(profile.match, device);
    if (!why_not) {
      matching.push_back(device);
    } else {
      reasons += fmt::format("{}{}: {}", reasons.empty() ? "" : "; ", device.netdev, *why_not);
    }
  }
  if (!matching.empty()) return matching;
  if (reasons.empty())
    return fail(Fault::usage, fmt::format("{} has no netdev {}", target.host, target.netdev),
                "`moderato probe` lists what it has");
  return fail(Fault::document,
              fmt::format("profile '{}' is not for {}: {}", profile.name, target.host, reasons),
              "tune this kind of device, or name the right one with --netdev");
}

struct Found {
  std::vector<Device> devices;
  std::vector<DeviceOutcome> outcomes;
};

Result<Found> look(Agent& agent, const Profile& profile, const Target& target) {
  auto report = agent.probe();
  if (!report) return fail(report);
  auto devices = matching_devices(profile, target, *report);
  if (!devices) return fail(devices);
  Found found{std::move(*devices), {}};
  for (const Device& device : found.devices) {
    auto now = agent.read(device.netdev, knobs_of(profile));
    if (!now) return fail(now);
    // What an adaptive mode moves shows the value of the moment, which says nothing.
    const Settings all = values_of(device.knobs);
    const std::string where = fmt::format("{}/{}", target.host, device.netdev);
    if (auto effective = check_effective(profile, all, where); !effective) return fail(effective);
    std::erase_if(*now, [&](const auto& knob) { return moves_by_itself(knob.first, all); });
    found.outcomes.push_back(
        {where, differences(profile.settings, *now),
         staleness(profile.fingerprint, fingerprint_of(device, report->kernel))});
  }
  return found;
}

/// After so much silence the agent takes us for lost, and puts back what it was not told to keep.
/// The host's own time for an answer, but no machine is that busy, nor need jobs wait for long.
double heartbeat_s(const AgentProgram& program) {
  return std::clamp<std::chrono::duration<double>>(program.answer_timeout, std::chrono::seconds(10),
                                                   std::chrono::seconds(60))
      .count();
}

/// Writes one device and holds what it says against the profile.
Result<void> write_one(Agent& agent, const Profile& profile, const std::string& netdev,
                       const std::string& where, double silence_s) {
  auto before = agent.arm(netdev, knobs_of(profile), silence_s);
  if (!before) return fail(before);
  auto effective = write_or_as_measured(profile, profile.settings, [&](const Settings& settings) {
    return agent.write(netdev, settings);
  });
  if (!effective) return fail(effective);
  for (const auto& [id, wanted, now] : differences(profile.settings, *effective))
    return fail(Fault::runtime,
                fmt::format("{}: the driver took {} = {} but shows {}", where, id, wanted, now),
                "this driver rounds or ignores it; tune again on this host");
  return {};
}

}  // namespace

Result<std::vector<DeviceOutcome>> apply_profile(const Profile& profile, const Target& target,
                                                 const AgentProgram& program, bool dry_run) {
  auto agent = Agent::start(target.host, target.launch_prefix, program);
  if (!agent) return fail(agent);
  auto found = look(*agent, profile, target);
  if (!found) return fail(found);
  if (dry_run) return std::move(found->outcomes);
  for (std::size_t i = 0; i < found->devices.size(); ++i) {
    if (found->outcomes[i].differed.empty()) continue;
    auto written = write_one(*agent, profile, found->devices[i].netdev, found->outcomes[i].where,
                             heartbeat_s(program));
    if (written) continue;
    auto undone = agent->release();
    if (undone) return fail(written);
    return fail(Fault::runtime,
                fmt::format("{}; and putting it back failed: {}", written.error().message,
                            undone.error().message),
                undone.error().remedy);
  }
  if (auto kept = agent->keep(); !kept) return fail(kept);
  return std::move(found->outcomes);
}

Result<std::vector<DeviceOutcome>> verify_profile(const Profile& profile, const Target& target,
                                                  const AgentProgram& program) {
  auto agent = Agent::start(target.host, target.launch_prefix, program);
  if (!agent) return fail(agent);
  auto found = look(*agent, profile, target);
  if (!found) return fail(found);
  return std::move(found->outcomes);
}

}  // namespace moderato
