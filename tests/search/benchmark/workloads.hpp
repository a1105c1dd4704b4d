// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "search/benchmark/queueing.hpp"

namespace moderato::benchmark {

struct WorkloadClass {
  std::string name, description;
  Workload workload;
  Load load = Load::moderate;
};

/// What queueing_landscapes() are made of.
std::vector<WorkloadClass> workload_classes(int variant);

}  // namespace moderato::benchmark
