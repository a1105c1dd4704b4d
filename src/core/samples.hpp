// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace moderato {

/// What one run of a workload produced.
struct Samples {
  std::vector<double> values;              ///< one per iteration, in order, in `unit`
  std::string unit = "us";                 ///< "us", "s", ...
  std::map<std::string, double> counters;  ///< whole-run figures by name with unit suffix:
                                           ///< "messages_per_s", "bytes_per_s", "cpu_s"
};

/// Whole-run figures of several workloads: workload -> counter -> value.
using WorkloadCounters = std::map<std::string, std::map<std::string, double>>;

/// Samples reduced to the figures that people compare; the unit is that of the samples. Quantiles
/// are type 7 (linear between order statistics), never estimated from a sketch.
struct Summary {
  std::size_t n = 0;
  double min = 0, mean = 0, sd = 0, median = 0, p90 = 0, p95 = 0, p99 = 0, max = 0;
  std::optional<double> p999;  ///< only where n allows a distribution-free interval (n >= 3688)
};

}  // namespace moderato
