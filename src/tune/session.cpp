// SPDX-License-Identifier: Apache-2.0
#include "tune/session.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "agent/recover.hpp"

namespace moderato {
namespace {

Result<void> open_link(Session& session, const std::string& source, const AgentProgram& program) {
  if (source == "loopback") {
    auto loopback = Loopback::create(program.moderato);
    if (!loopback) return fail(loopback);
    session.link = loopback->link();
    session.loopback = std::move(*loopback);
    return {};
  }
  auto link = read_link(source);
  if (!link) return fail(link);
  session.link = std::move(*link);
  return {};
}

Result<Station> open_station(const Endpoint& endpoint, const AgentProgram& program) {
  auto agent = Agent::start(endpoint.host, endpoint.launch_prefix, program);
  if (!agent) return fail(agent);
  auto report = agent->probe();
  if (!report) return fail(report);
  const auto found = std::ranges::find(report->devices, endpoint.netdev, &Device::netdev);
  if (found == report->devices.end())
    return fail(Fault::usage, fmt::format("{} has no netdev {}", endpoint.host, endpoint.netdev),
                "`moderato probe` on that host lists what it has");
  report->devices = {*found};
  report->rdma.clear();
  Station station{endpoint, std::move(*agent), std::move(*report), {}};
  const auto& rdma = station.device().rdma;
  if (station.endpoint.rdma.empty() && !rdma.empty()) station.endpoint.rdma = rdma.front();
  return station;
}

Result<void> check_alike(const std::vector<Station>& stations) {
  const Station& first = stations.front();
  for (const Station& other : stations) {
    const Device &a = first.device(), &b = other.device();
    if (a.driver == b.driver && a.kind == b.kind && a.firmware == b.firmware) continue;
    return fail(Fault::usage,
                fmt::format("{} ({} {} {}) and {} ({} {} {}) are different kinds of NIC",
                            first.where(), a.driver, a.firmware, name_of(a.kind), other.where(),
                            b.driver, b.firmware, name_of(b.kind)),
                "tune links of equal endpoints: one profile is for one kind");
  }
  return {};
}

Result<void> check_supported(const Station& station, const std::vector<std::string>& knobs) {
  std::string missing;
  for (const auto& id : knobs) {
    const auto& states = station.device().knobs;
    const auto state = std::ranges::find(states, id, &KnobState::knob);
    if (state != states.end() && state->supported()) continue;
    missing += fmt::format("{}{}: {}", missing.empty() ? "" : "; ", id,
                           state == states.end() ? "unknown to its agent" : state->why_not);
  }
  if (missing.empty()) return {};
  return fail(
      Fault::unsupported,
      fmt::format("{} does not offer what the policy searches: {}", station.where(), missing),
      "take these parameters out of the policy's space, or tune another device");
}

}  // namespace

Result<Session> open_session(const std::string& source, const AgentProgram& program,
                             Progress& progress) {
  for (const auto& name : remove_stale_loopbacks())
    progress.note(fmt::format("removed {}, left behind by a study that was killed", name));
  Session session;
  if (auto opened = open_link(session, source, program); !opened) return fail(opened);
  for (Endpoint& endpoint : session.link.endpoints) {
    auto notes = recover_host(endpoint.host, endpoint.launch_prefix, program, false);
    if (!notes) return fail(notes);
    for (const auto& note : *notes)
      progress.note(fmt::format("{}: {}", endpoint.host, note));
    auto station = open_station(endpoint, program);
    if (!station) return fail(station);
    endpoint = station->endpoint;
    session.stations.push_back(std::move(*station));
  }
  if (auto alike = check_alike(session.stations); !alike) return fail(alike);
  return session;
}

Result<void> arm(Session& session, const std::vector<std::string>& knobs, double heartbeat_s) {
  if (knobs.empty()) return {};
  for (Station& station : session.stations) {
    if (auto supported = check_supported(station, knobs); !supported) return supported;
  }
  for (Station& station : session.stations) {
    auto baseline = station.agent.arm(station.endpoint.netdev, knobs, heartbeat_s);
    if (!baseline) return fail(baseline);
    station.baseline = std::move(*baseline);
  }
  return {};
}

Result<void> rehearse_restore(Session& session, const Settings& other) {
  if (other.empty()) return {};
  for (Station& station : session.stations) {
    // A refusal is the candidate's business, not the rehearsal's: what was written is put back.
    (void)station.agent.write(station.endpoint.netdev, other);
    auto restored = station.agent.restore();
    if (!restored)
      return fail(restored.error().fault,
                  fmt::format("rehearsal of the restore failed: {}", restored.error().message),
                  restored.error().remedy);
  }
  return {};
}

Result<void> release(Session& session) {
  Result<void> outcome;
  for (Station& station : session.stations) {
    auto released = station.agent.release();
    if (!released && outcome) outcome = released;
  }
  return outcome;
}

}  // namespace moderato
