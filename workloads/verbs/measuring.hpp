// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/cost.hpp"
#include "common/sample_stream.hpp"
#include "verbs/connection.hpp"

namespace moderato::workloads {

/// What it costs to read the clock twice, in nanoseconds: this much of every sample is the
/// measurement's own.
double clock_ns();

/// Prints the samples with the counters that all modes have; all ranks call it together.
void conclude(const Exchange& exchange, Recorder&& recorder, const Cost& own,
              std::map<std::string, double> counters);

}  // namespace moderato::workloads
