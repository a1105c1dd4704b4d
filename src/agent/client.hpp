// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "core/device.hpp"
#include "core/knob.hpp"
#include "core/link.hpp"
#include "core/result.hpp"
#include "knobs/traffic.hpp"

namespace moderato {

/// How an agent is started on a host.
struct AgentProgram {
  std::filesystem::path moderato;   ///< the program, at the same path on every host
  std::filesystem::path state_dir;  ///< where it keeps snapshots
  std::chrono::milliseconds answer_timeout{10'000};
  /// By then every answer has to be there, whatever answer_timeout would allow. An agent whose
  /// prefix hangs is then told to end (SIGTERM), upon which it restores like any other.
  std::chrono::steady_clock::time_point deadline = std::chrono::steady_clock::time_point::max();
  /// For whom the agents work (owner_text()); others are told when a device is in use.
  std::string owner;
};

/// The tuner's end of one agent. Starting it changes nothing on the host; destroying it closes its
/// input, upon which the agent puts back whatever is still armed.
class Agent {
 public:
  /// Starts `moderato agent` behind the launch prefix and shakes hands. Any thread may.
  static Result<Agent> start(const std::string& host, const Argv& launch_prefix,
                             const AgentProgram& program);
  Agent(Agent&&) noexcept;
  Agent& operator=(Agent&&) noexcept;
  ~Agent();

  const std::string& host() const;
  /// As destroying it; what is asked of it afterwards fails.
  void end();

  // One call each of Guard (agent/guard.hpp), over the wire. Errors name the host.
  Result<HostReport> probe();
  Result<Settings> read(const std::string& netdev, const std::vector<std::string>& knobs);
  /// From here on the agent expects a sign of life every `heartbeat_s`; a thread sends them.
  Result<Settings> arm(const std::string& netdev, const std::vector<std::string>& knobs,
                       double heartbeat_s);
  Result<Settings> write(const std::string& netdev, const Settings& settings);
  Result<std::vector<std::string>> foreign(const std::string& netdev);
  /// What the endpoint has sent so far; `rdma` may be empty.
  Result<Traffic> traffic(const std::string& netdev, const std::string& rdma);
  Result<void> restore();
  Result<void> release();
  Result<void> keep();
  struct Recovered {
    std::vector<std::string> notes, namespaces;
  };
  Result<Recovered> pending();  ///< what recover() would do
  Result<Recovered> recover();

 private:
  struct State;
  explicit Agent(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace moderato
