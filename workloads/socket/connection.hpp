// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "socket/runs.hpp"
#include "socket/socket.hpp"

namespace moderato::workloads {

/// How long a rank waits for the other one before it gives the run up. A message takes
/// microseconds, a moderation window milliseconds.
inline constexpr auto silence = std::chrono::seconds(10);

// Both ranks call the same function, and get the two ends of one connection.

/// Datagrams of nobody else come in.
Socket connect_udp(const Exchange& exchange, const SocketArguments& arguments);
/// TCP_NODELAY at both ends; rank 0 connects to rank 1.
Socket connect_tcp(const Exchange& exchange, const SocketArguments& arguments);

}  // namespace moderato::workloads
