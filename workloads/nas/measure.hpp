// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

#include "common/exchange.hpp"
#include "nas/benchmark.hpp"

namespace moderato::workloads::nas {

enum class SampleKind { iteration, run };

struct MeasureArguments {
  ProblemClass problem = ProblemClass::S;
  std::size_t runs = 1;
  SampleKind sample = SampleKind::iteration;
};

/// One iteration that is not measured, then so many runs, each verified. Rank 0 prints the samples:
/// of each iteration, or each run, what the slowest rank took; and counters that tell where the
/// time went. Throws Failure when a run is not verified.
void measure(const BenchmarkKind& kind, const MeasureArguments& arguments,
             const Exchange& exchange);

}  // namespace moderato::workloads::nas
