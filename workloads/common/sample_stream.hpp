// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace moderato::workloads {

/// The sample stream "moderato-samples/1" (workloads/README.md): a line of JSON, `count` unsigned
/// 32-bit little-endian integers in units of `resolution_ns`, a line with their CRC-32. Durations
/// above 4.29 s make the resolution coarser for the whole run, in powers of ten.
std::string sample_stream(const std::vector<std::int64_t>& durations_ns,
                          const std::map<std::string, double>& counters);

/// Writes the stream to stdout, after the measurement: a run prints nothing while it measures.
void print_samples(const std::vector<std::int64_t>& durations_ns,
                   const std::map<std::string, double>& counters);

}  // namespace moderato::workloads
