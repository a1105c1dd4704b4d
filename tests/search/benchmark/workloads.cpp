// SPDX-License-Identifier: Apache-2.0
#include "search/benchmark/workloads.hpp"

#include <cmath>

#include "search/benchmark/luck.hpp"

namespace moderato::benchmark {
namespace {

/// Single small messages, far apart.
constexpr Traffic quiet{.share = 0.4, .bursts_per_us = 0.004, .interrupt = 3};

Traffic quiet_with(double share, double base) {
  Traffic traffic = quiet;
  traffic.share = share;
  traffic.base = base;
  return traffic;
}

WorkloadClass small_messages() {
  return {"small-messages",
          "8-byte round trips on a quiet link: nothing is gained by waiting",
          {{.bursts_per_us = 0.004, .base = 12, .interrupt = 2, .packet = 0.4}}};
}

WorkloadClass small_beside_bulk() {
  return {"small-beside-bulk",
          "small round trips, while the host also receives a stream and sudden bursts",
          {quiet_with(0.5, 14),
           {.share = 0.35, .burst = 4, .gap = 0.3, .bursts_per_us = 0.12, .packet = 0.9},
           {.share = 0.15,
            .burst = 100,
            .gap = 0.05,
            .bursts_per_us = 0.002,
            .packet = 0.3,
            .ring = 40,
            .loss = 150}}};
}

WorkloadClass throughput() {
  return {"throughput",
          "a stream that the host can take only with few interrupts",
          {quiet_with(0.3, 40),
           {.share = 0.6,
            .burst = 24,
            .gap = 0.5,
            .bursts_per_us = 0.03,
            .base = 60,
            .interrupt = 12,
            .packet = 1.1,
            .ring = 160},
           {.share = 0.1,
            .burst = 300,
            .gap = 0.1,
            .bursts_per_us = 0.0015,
            .base = 60,
            .interrupt = 12,
            .packet = 0.3,
            .ring = 128}}};
}

WorkloadClass collective() {
  return {"collective",
          "a message of each of 16 ranks, the last one counts; at times one is late",
          {{.share = 0.7, .burst = 16, .gap = 0.8, .bursts_per_us = 0.006, .base = 20},
           {.share = 0.3, .burst = 15, .gap = 0.8, .bursts_per_us = 0.006, .base = 20}}};
}

WorkloadClass request_server() {
  return {
      "request-server",
      "p99 of a key-value server at two thirds of its load",
      {quiet_with(0.4, 30),
       {.share = 0.45, .burst = 3, .gap = 1.5, .bursts_per_us = 0.13, .base = 30, .packet = 1.2},
       {.share = 0.15,
        .burst = 64,
        .gap = 0.1,
        .bursts_per_us = 0.004,
        .base = 30,
        .ring = 24,
        .loss = 150}}};
}

WorkloadClass full_request_server() {
  return {"request-server-full",
          "the same server near saturation",
          {quiet_with(0.15, 30),
           {.share = 0.7,
            .burst = 3,
            .gap = 1.2,
            .bursts_per_us = 0.22,
            .base = 30,
            .interrupt = 5,
            .packet = 1.2},
           {.share = 0.15,
            .burst = 160,
            .gap = 0.1,
            .bursts_per_us = 0.002,
            .base = 30,
            .interrupt = 5,
            .ring = 100}},
          Load::saturated};
}

void alter(Traffic& traffic, Luck& luck) {
  const auto altered = [&](double& value) { value *= std::exp(0.2 * luck.normal()); };
  altered(traffic.gap);
  altered(traffic.interrupt);
  altered(traffic.base);
  altered(traffic.loss);
  altered(traffic.ring);
  altered(traffic.burst);
  traffic.ring = std::round(traffic.ring);
  traffic.burst = std::round(traffic.burst);
}

/// No altered workload shall be more than the host can take: rates and costs of packets stay.
void alter(WorkloadClass& of, int variant) {
  for (std::size_t i = 0; i < of.workload.size(); ++i) {
    Luck luck(mixed(mixed(hashed(of.name), static_cast<std::uint64_t>(variant)), i));
    const double packets = of.workload[i].burst * of.workload[i].bursts_per_us;
    alter(of.workload[i], luck);
    of.workload[i].bursts_per_us = packets / of.workload[i].burst;
  }
  of.name += "#" + std::to_string(variant);
}

}  // namespace

std::vector<WorkloadClass> workload_classes(int variant) {
  std::vector<WorkloadClass> classes{small_messages(), small_beside_bulk(), throughput(),
                                     collective(),     request_server(),    full_request_server()};
  if (variant != 0)
    for (WorkloadClass& of : classes)
      alter(of, variant);
  return classes;
}

}  // namespace moderato::benchmark
