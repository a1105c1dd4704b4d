// SPDX-License-Identifier: Apache-2.0
// What a boot with many netdevs costs: one `moderato apply --class` as a process, and what it does
// once it has started, against a shell loop over `ethtool -C`, on the same taps, in turns, so that
// a drift of the host meets all.
#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <stdexcept>
#include <vector>

#include "boot/apply_installed.hpp"
#include "boot/installed_profile.hpp"
#include "cli/knob_ranges.hpp"
#include "in_own_namespace.hpp"
#include "temporary_folder.hpp"

using namespace moderato;

namespace {

constexpr int netdevs = 256, rounds = 7;
constexpr double target = 50;  ///< of CPU time: that of the wall clock says how busy the host is

/// In milliseconds. On a quiet machine both tell the same; on a busy one the second does.
struct Cost {
  double wall = 0, cpu = 0;
};

/// `who`: RUSAGE_SELF or RUSAGE_CHILDREN.
double cpu_of(int who) {
  rusage usage{};
  ::getrusage(who, &usage);
  const auto milliseconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_usec) / 1e3;
  };
  return milliseconds(usage.ru_utime) + milliseconds(usage.ru_stime);
}

/// To be made and used inside the namespace.
class Host {
 public:
  Host() {
    std::string batch;
    for (int n = 1; n < netdevs; ++n)
      batch += fmt::format("tuntap add dev t{} mode tap\n", n);
    put(folder_.path() / "batch", batch);
    check(succeeds({"ip", "-batch", folder_.path() / "batch"}), "taps");
    for (const auto& [workload_class, frames] : {std::pair("micro", 7), {"macro", 40}})
      put(folder_.path() / "etc/profiles.d",
          plain_profile(workload_class, workload_class, {.driver = "tun"},
                        {{"rx-frames", frames}}));
    state_ = folder_.path() / "state";
  }
  /// Gives all of them the values of the class.
  Cost by_moderato(const std::string& workload_class) const {
    return cost_of({{MODERATO_BINARY_DIR "/bin/moderato", "apply", "--class", workload_class,
                     "--stale", "apply"},
                    {{"MODERATO_CONFIG_DIR", (folder_.path() / "etc").string()},
                     {"MODERATO_STATE_DIR", state_}}});
  }
  /// The same in this process: profiles are read, netdevs found, set and verified.
  Cost once_started(const std::string& workload_class) const {
    return cost_of(RUSAGE_SELF, [&] {
      BootHost host = real_boot_host();
      host.state_dir = state_;
      const auto outcomes = apply_installed(
          read_installed(folder_.path() / "etc/profiles.d", device_knob_ranges(), {}),
          {.workload_class = workload_class, .stale = StalePolicy::apply}, host);
      check(std::ranges::count(outcomes, NetdevEnd::set, &NetdevOutcome::end) == netdevs,
            "not all netdevs were set");
    });
  }
  Cost by_ethtool(int frames) const {
    return cost_of(
        {{"sh", "-c",
          fmt::format("n=0; while [ $n -lt {} ]; do ethtool -C t$n rx-frames {} || exit; "
                      "n=$((n + 1)); done",
                      netdevs, frames)},
         {}});
  }
  void check_all(int frames) const {
    const auto shown = run({{"sh", "-c", "for n in 0 128 255; do ethtool -c t$n; done"}, {}}, {});
    std::size_t found = 0, at = 0;
    const std::string line = fmt::format("rx-frames: {}\n", frames);
    while (shown && (at = shown->out.find(line, at)) != std::string::npos)
      ++found, ++at;
    check(found == 3, "the values are not those that were set");
  }

 private:
  static void check(bool fine, const std::string& what) {
    if (!fine) throw std::runtime_error(what);
  }
  static Cost cost_of(int who, const std::function<void()>& work) {
    const double cpu = cpu_of(who);
    const auto begin = std::chrono::steady_clock::now();
    work();
    const std::chrono::duration<double, std::milli> wall = std::chrono::steady_clock::now() - begin;
    return {wall.count(), cpu_of(who) - cpu};
  }
  static Cost cost_of(const Command& command) {
    return cost_of(RUSAGE_CHILDREN, [&] {
      const auto ran = run(command, {});
      check(ran && ran->status == 0, ran ? ran->err : ran.error().message);
    });
  }

  TemporaryFolder folder_;
  std::string state_;
};

double median_of(const std::vector<Cost>& costs, double Cost::*which) {
  std::vector<double> values;
  for (const Cost& cost : costs)
    values.push_back(cost.*which);
  std::ranges::sort(values);
  return values[values.size() / 2];
}

void print(const std::string& who, const std::vector<Cost>& costs, const std::vector<Cost>& loop) {
  const double wall = median_of(costs, &Cost::wall), cpu = median_of(costs, &Cost::cpu);
  fmt::print("  {:36}{:8.1f} {:8.1f}   {:8.1f} {:8.1f}\n", who, wall, cpu,
             median_of(loop, &Cost::wall) / wall, median_of(loop, &Cost::cpu) / cpu);
}

double measure() {
  const Host host;
  std::vector<Cost> process, started, ethtool;
  for (int round = 0; round < rounds; ++round) {
    process.push_back(host.by_moderato("macro"));
    if (round == 0) host.check_all(40);
    ethtool.push_back(host.by_ethtool(7));
    if (round == 0) host.check_all(7);
    started.push_back(host.once_started("macro"));
    if (round == 0) host.check_all(40);
    host.by_moderato("micro");
  }
  fmt::print("{} netdevs, median of {} rounds       wall ms   CPU ms   times faster: wall, CPU\n",
             netdevs, rounds);
  print("a loop over ethtool -C", ethtool, ethtool);
  print("moderato apply --class, verified", process, ethtool);
  print("what it does once it has started", started, ethtool);
  const double ratio = median_of(ethtool, &Cost::cpu) / median_of(started, &Cost::cpu);
  fmt::print("  target of the last line, CPU: {:.0f}\n", target);
  return ratio;
}

}  // namespace

int main() {
  return bench_in_own_namespace("apply", target, measure);
}
