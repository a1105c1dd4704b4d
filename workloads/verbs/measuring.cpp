// SPDX-License-Identifier: Apache-2.0
#include "verbs/measuring.hpp"

#include <algorithm>
#include <vector>

namespace moderato::workloads {

double clock_ns() {
  constexpr int readings = 1001;
  std::vector<std::int64_t> durations;
  for (int i = 0; i < readings; ++i) {
    const std::int64_t begin = now_ns();
    durations.push_back(now_ns() - begin);
  }
  // One reading is as coarse as the clock; their mean is not, but one interrupt would spoil it.
  std::ranges::sort(durations);
  const auto middle = durations.begin() + readings / 4;
  double sum = 0;
  std::for_each(middle, middle + readings / 2,
                [&](std::int64_t duration) { sum += double(duration); });
  return sum / (readings / 2);
}

void conclude(const Exchange& exchange, Recorder&& recorder, const Cost& own,
              std::map<std::string, double> counters) {
  const Cost receiver = cost_of_receiver(exchange, own);
  if (exchange.rank() != 0) return;
  counters.merge(cost_counters(own, receiver));
  counters["clock_ns"] = clock_ns();
  print_samples(std::move(recorder).take(), counters);
}

}  // namespace moderato::workloads
