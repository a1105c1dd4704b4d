// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "common/arguments.hpp"

namespace moderato::workloads {

struct SocketArguments : RunArguments {
  std::vector<std::string> addresses;  ///< of rank 0 and rank 1
  std::size_t window = 32;             ///< messages under way at once, of tcp-stream
};

// Each is run by both ranks; rank 0 measures and prints.

/// Blocking round trips over UDP: send, sleep until the answer. An iteration whose datagram was
/// lost counts with the time-out in it, and in the counter "lost".
void udp_pingpong(const Exchange& exchange, const SocketArguments& arguments);

/// Blocking round trips over one TCP connection (TCP_NODELAY).
void tcp_pingpong(const Exchange& exchange, const SocketArguments& arguments);

/// `window` messages under way over one TCP connection; rank 1 answers each with eight bytes. A
/// sample is the time from the send of a message to its answer: window / throughput, by Little's
/// law, in the mean.
void tcp_stream(const Exchange& exchange, const SocketArguments& arguments);

}  // namespace moderato::workloads
