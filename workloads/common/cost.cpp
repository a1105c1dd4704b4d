// SPDX-License-Identifier: Apache-2.0
#include "common/cost.hpp"

#include "common/host_cpu.hpp"
#include "common/recorder.hpp"

namespace moderato::workloads {

Cost read_clocks() {
  return {static_cast<double>(now_ns()) * 1e-9, process_cpu_s(), host_busy_s()};
}

Cost operator-(const Cost& end, const Cost& begin) {
  return {end.seconds - begin.seconds, end.process_s - begin.process_s, end.host_s - begin.host_s};
}

Cost cost_of_receiver(const Exchange& exchange, const Cost& own) {
  const auto numbers = exchange.broadcast({own.seconds, own.process_s, own.host_s}, 1);
  return {numbers[0], numbers[1], numbers[2]};
}

std::map<std::string, double> cost_counters(const Cost& sender, const Cost& receiver) {
  return {{"seconds", sender.seconds},
          {"sender_cpu_s", sender.process_s},
          {"receiver_cpu_s", receiver.process_s},
          {"sender_host_busy_s", sender.host_s},
          {"receiver_host_busy_s", receiver.host_s}};
}

}  // namespace moderato::workloads
