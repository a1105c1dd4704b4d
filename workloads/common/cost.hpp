// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <map>
#include <string>

#include "common/exchange.hpp"

namespace moderato::workloads {

/// What the measured part of a run took, at one rank.
struct Cost {
  double seconds = 0, process_s = 0, host_s = 0;
};

/// The clocks now. The difference of two readings is a cost.
Cost read_clocks();
Cost operator-(const Cost& end, const Cost& begin);
Cost operator+(const Cost& a, const Cost& b);

/// The cost of rank 1, at both ranks.
Cost cost_of_receiver(const Exchange& exchange, const Cost& own);

/// seconds, sender_cpu_s, receiver_cpu_s, sender_host_busy_s, receiver_host_busy_s
std::map<std::string, double> cost_counters(const Cost& sender, const Cost& receiver);

/// The same, with messages_per_s and bytes_per_s of so many messages of `size` bytes.
std::map<std::string, double> throughput_counters(std::size_t messages, std::size_t size,
                                                  const Cost& sender, const Cost& receiver);

}  // namespace moderato::workloads
