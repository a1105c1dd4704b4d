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

Cost operator+(const Cost& a, const Cost& b) {
  return {a.seconds + b.seconds, a.process_s + b.process_s, a.host_s + b.host_s};
}

Cost cost_of_receiver(const Exchange& exchange, const Cost& own) {
  return exchange.everyones(own)[1];
}

std::map<std::string, double> cost_counters(const Cost& sender, const Cost& receiver) {
  return {{"seconds", sender.seconds},
          {"sender_cpu_s", sender.process_s},
          {"receiver_cpu_s", receiver.process_s},
          {"sender_host_busy_s", sender.host_s},
          {"receiver_host_busy_s", receiver.host_s}};
}

std::map<std::string, double> throughput_counters(std::size_t messages, std::size_t size,
                                                  const Cost& sender, const Cost& receiver) {
  auto counters = cost_counters(sender, receiver);
  counters["messages_per_s"] = static_cast<double>(messages) / sender.seconds;
  counters["bytes_per_s"] = static_cast<double>(messages * size) / sender.seconds;
  return counters;
}

}  // namespace moderato::workloads
