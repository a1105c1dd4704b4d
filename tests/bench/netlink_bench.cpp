// SPDX-License-Identifier: Apache-2.0
// What one change of a setting costs: set and read back through the netlink backend, against
// `ethtool -C` and `ethtool -c` as processes. Interleaved, so that a drift of the host meets both.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <stdexcept>
#include <vector>

#include "in_own_namespace.hpp"
#include "knobs/backend.hpp"

using namespace moderato;

namespace {

constexpr int rounds = 200;
constexpr double target = 50;

template <typename Work>
double microseconds_of(const Work& work) {
  const auto begin = std::chrono::steady_clock::now();
  if (!work()) throw std::runtime_error("a write or its read-back failed");
  return std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - begin)
      .count();
}

double median_of(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

/// Get, set, read back: three requests.
bool through_netlink(const Backends& backends, std::int64_t frames) {
  const Settings wanted{{"rx-frames", frames}};
  return apply_settings(backends, "t0", wanted) == wanted;
}

bool through_processes(std::int64_t frames) {
  if (!succeeds({"ethtool", "-C", "t0", "rx-frames", std::to_string(frames)})) return false;
  const auto shown = run({{"ethtool", "-c", "t0"}, {}}, {});
  return shown && shown->out.find(fmt::format("rx-frames: {}\n", frames)) != std::string::npos;
}

double measure() {
  const auto backends = real_backends();
  std::vector<double> netlink, processes;
  for (int round = 0; round < rounds; ++round) {
    const int frames = 1 + round % 30;  // every write changes something
    netlink.push_back(microseconds_of([&] { return through_netlink(backends, frames); }));
    processes.push_back(microseconds_of([&] { return through_processes(frames + 31); }));
  }
  const double ratio = median_of(processes) / median_of(netlink);
  fmt::print("get + set + read back, median of {} rounds\n", rounds);
  fmt::print("  netlink              {:10.1f} us\n", median_of(netlink));
  fmt::print("  ethtool -C, ethtool -c {:8.1f} us\n", median_of(processes));
  fmt::print("  {:.0f} times cheaper (target: {:.0f})\n", ratio, target);
  return ratio;
}

}  // namespace

int main() {
  return bench_in_own_namespace("netlink", target, measure);
}
