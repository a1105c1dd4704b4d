// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace moderato::workloads {

/// On rank 0: the message goes to rank 1 and comes back; what each of `iterations` round trips took,
/// in nanoseconds, after `warmup` others.
std::vector<std::int64_t> round_trips(std::vector<char>& message, std::size_t warmup,
                                      std::size_t iterations);

/// On rank 1: sends as many back.
void answer_round_trips(std::vector<char>& message, std::size_t count);

}  // namespace moderato::workloads
