// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "agent/client.hpp"
#include "core/link.hpp"
#include "link/link.hpp"
#include "tune/progress.hpp"

namespace moderato {

/// One endpoint with its agent, and what was found there.
struct Station {
  Endpoint endpoint;
  Agent agent;
  HostReport found;   ///< with just the endpoint's device
  Settings baseline;  ///< empty until armed

  const Device& device() const { return found.devices.front(); }
  std::string where() const { return endpoint.host + "/" + endpoint.netdev; }
};

/// An endpoint as its host tells of it.
struct StationFacts {
  std::string where;  ///< "node7/eth2"
  Device device;
};

/// A link with an agent at every endpoint. When it ends, the agents put back what is still armed,
/// and then the loopback link goes.
struct Session {
  std::optional<Loopback> loopback;  // first, so that it is destroyed last
  Link link;
  AgentProgram program;
  std::vector<Station> stations;
};

/// Calls `work` for every endpoint at the same time, each with its number. The error names all that
/// have failed.
Result<void> at_every_endpoint(Session& session,
                               const std::function<Result<void>(Station&, std::size_t)>& work);

/// Refuses endpoints that differ in driver, firmware, kind or PCI id: no one profile is for them.
/// The error names two that differ, in what, and which would make a link each.
Result<void> check_alike(const std::vector<StationFacts>& stations);

/// Opens the link: `source` is "loopback" or a link document's file. Puts back first what an
/// earlier study left behind, and fails if that fails. Endpoints that are not alike are refused
/// (check_alike).
Result<Session> open_session(const std::string& source, const AgentProgram& program,
                             Progress& progress);

/// Snapshot and dead-man at every endpoint, if there are any knobs. Knobs that an endpoint does not
/// support are an error that names each with its reason.
Result<void> arm(Session& session, const std::vector<std::string>& knobs, double heartbeat_s);

/// Changes settings once and puts them back, before anything rests on that: some drivers refuse
/// their own defaults. `other` differs from the baseline, or is empty where no device has knobs.
Result<void> rehearse_restore(Session& session, const Settings& other);

/// Every endpoint put back, verified and disarmed. Where its agent cannot do it, having been killed
/// say, a fresh one does it from the snapshot.
Result<void> release(Session& session);

}  // namespace moderato
