// SPDX-License-Identifier: Apache-2.0
#include "tune/session.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "agent/recover.hpp"
#include "core/parallel.hpp"

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

/// What an earlier study left behind is put back, then an agent is asked what there is.
Result<Station> prepare_endpoint(const Endpoint& endpoint, const AgentProgram& program,
                                 std::vector<std::string>& notes) {
  auto recovered = recover_host(endpoint.host, endpoint.launch_prefix, program, false);
  if (!recovered) return fail(recovered);
  notes = std::move(*recovered);
  return open_station(endpoint, program);
}

std::vector<StationFacts> facts_of(const std::vector<Station>& stations) {
  std::vector<StationFacts> facts;
  for (const Station& station : stations)
    facts.push_back({station.where(), station.device()});
  return facts;
}

/// Every failure in one error, which has the fault and the remedy of the first.
Result<void> all_of(const std::vector<Result<void>>& outcomes) {
  Result<void> all;
  for (const Result<void>& one : outcomes) {
    if (one) continue;
    if (all)
      all = one;
    else if (all.error().message.find(one.error().message) == std::string::npos)
      all.error().message += "; " + one.error().message;
  }
  return all;
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

/// From the snapshot, by a fresh agent. That the recovery goes well does not say that the device
/// was put back: an agent that is lost but alive still holds it.
Result<void> release_anew(Station& station, const AgentProgram& program) {
  station.agent.end();
  const Endpoint& at = station.endpoint;
  auto recovered = recover_host(at.host, at.launch_prefix, program, false);
  if (!recovered) return fail(recovered);
  auto waiting = recover_host(at.host, at.launch_prefix, program, true);
  if (!waiting) return fail(waiting);
  const auto of_netdev = std::ranges::find_if(
      *waiting, [&](const std::string& note) { return note.starts_with(at.netdev + ": "); });
  return of_netdev == waiting->end() ? Result<void>() : fail(Fault::runtime, *of_netdev);
}

}  // namespace

Result<void> at_every_endpoint(Session& session,
                               const std::function<Result<void>(Station&, std::size_t)>& work) {
  std::vector<Result<void>> outcomes(session.stations.size());
  in_parallel(outcomes.size(), [&](std::size_t i) { outcomes[i] = work(session.stations[i], i); });
  return all_of(outcomes);
}

Result<Session> open_session(const std::string& source, const AgentProgram& program,
                             Progress& progress) {
  for (const auto& name : stale_loopbacks()) {
    const auto removed = remove_stale_loopback(name);
    progress.note(removed ? fmt::format("removed {}, left behind by a study that was killed", name)
                          : describe(removed.error()));
  }
  Session session;
  session.program = program;
  if (auto opened = open_link(session, source, program); !opened) return fail(opened);
  auto& endpoints = session.link.endpoints;
  std::vector<std::optional<Station>> stations(endpoints.size());
  std::vector<std::vector<std::string>> notes(endpoints.size());
  std::vector<Result<void>> outcomes(endpoints.size());
  in_parallel(endpoints.size(), [&](std::size_t i) {
    auto station = prepare_endpoint(endpoints[i], program, notes[i]);
    if (station)
      stations[i] = std::move(*station);
    else
      outcomes[i] = fail(station);
  });
  for (std::size_t i = 0; i < endpoints.size(); ++i) {
    for (const auto& note : notes[i])
      progress.note(fmt::format("{}: {}", endpoints[i].host, note));
  }
  if (auto all = all_of(outcomes); !all) return fail(all);
  for (std::size_t i = 0; i < endpoints.size(); ++i) {
    endpoints[i] = stations[i]->endpoint;
    session.stations.push_back(std::move(*stations[i]));
  }
  if (auto alike = check_alike(facts_of(session.stations)); !alike) return fail(alike);
  return session;
}

Result<void> arm(Session& session, const std::vector<std::string>& knobs, double heartbeat_s) {
  if (knobs.empty()) return {};
  for (Station& station : session.stations) {
    if (auto supported = check_supported(station, knobs); !supported) return supported;
  }
  return at_every_endpoint(session, [&](Station& station, std::size_t) -> Result<void> {
    auto baseline = station.agent.arm(station.endpoint.netdev, knobs, heartbeat_s);
    if (!baseline) return fail(baseline);
    station.baseline = std::move(*baseline);
    return {};
  });
}

Result<void> rehearse_restore(Session& session, const Settings& other) {
  if (other.empty()) return {};
  return at_every_endpoint(session, [&](Station& station, std::size_t) -> Result<void> {
    // A refusal is the candidate's business, not the rehearsal's: what was written is put back.
    (void)station.agent.write(station.endpoint.netdev, other);
    auto restored = station.agent.restore();
    if (restored) return {};
    return fail(restored.error().fault,
                fmt::format("rehearsal of the restore failed: {}", restored.error().message),
                restored.error().remedy);
  });
}

Result<void> release(Session& session) {
  return at_every_endpoint(session, [&](Station& station, std::size_t) -> Result<void> {
    auto released = station.agent.release();
    if (released) return {};
    auto anew = release_anew(station, session.program);
    if (anew) return {};
    Error error = released.error();
    if (error.message.find(anew.error().message) == std::string::npos)
      error.message += fmt::format("; nor could a new agent put it back: {}", anew.error().message);
    return std::unexpected(std::move(error));
  });
}

}  // namespace moderato
