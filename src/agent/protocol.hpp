// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/device.hpp"
#include "core/knob.hpp"
#include "core/result.hpp"
#include "knobs/traffic.hpp"

namespace moderato {

/// The name of a device becomes part of paths, so it may not be one, nor end early at a null byte.
bool is_device_name(std::string_view name);

/// Both ends refuse to talk to another version.
inline constexpr int protocol_version = 2;
/// A longer line ends the session: nobody who means well sends one.
inline constexpr std::size_t max_protocol_line = 4u << 20;
/// A reply may hold the report of a host with thousands of netdevs.
inline constexpr std::size_t max_reply_line = 64u << 20;

/// What a tuner can ask of the agent on one host. On the wire: one JSON object a line.
enum class Operation {
  hello,    ///< owner -> version, host, program version
  probe,    ///< -> HostReport
  read,     ///< netdev, knobs -> settings
  arm,      ///< netdev, knobs, heartbeat_s -> settings: the snapshot, on disk before the answer
  write,    ///< netdev, settings -> settings (effective). Only while armed, only armed knobs
  foreign,  ///< netdev -> notes: what somebody else changed since the last write
  restore,  ///< put every armed netdev back; stays armed
  release,  ///< restore, verify, forget the snapshots
  keep,     ///< forget the snapshots and leave the settings as they are (a profile was applied)
  pending,  ///< -> notes: what recover would do
  recover,  ///< put back what dead agents left behind on this host -> notes
  traffic,  ///< netdev, rdma -> packets sent so far
  beat,     ///< sign of life, not answered
};

struct Request {
  std::int64_t id = 0;
  Operation operation = Operation::hello;
  std::string netdev, rdma;
  std::string owner;  ///< for whom the agent works, in words that others will read
  std::vector<std::string> knobs;
  Settings settings;
  double heartbeat_s = 0;  ///< 0: no heartbeat expected, end of input alone counts as death
};

struct Reply {
  std::int64_t id = 0;
  Result<void> outcome;
  std::string host, version;
  int protocol = 0;
  Settings settings;
  std::vector<std::string> notes;
  std::vector<std::string> namespaces;  ///< of recover: named network namespaces of this host that
                                        ///< hold snapshots of their own
  HostReport report;                    ///< of probe
  Traffic traffic;                      ///< of traffic
};

std::string encode(const Request& request);
std::string encode(const Reply& reply);
/// Bounded and strict: known operations, known knobs within their ranges, nothing else.
Result<Request> decode_request(const std::string& line);
Result<Reply> decode_reply(const std::string& line);

}  // namespace moderato
