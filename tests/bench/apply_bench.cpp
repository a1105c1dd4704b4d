// SPDX-License-Identifier: Apache-2.0
// What it costs to give many netdevs their settings: one `moderato apply --class`, its start
// included, against a shell loop over `ethtool -C`, on the same taps, in turns, so that a drift of
// the host meets both.
#include <fmt/format.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <stdexcept>
#include <vector>

#include "boot/apply_installed.hpp"
#include "boot/installed_profile.hpp"
#include "core/process.hpp"
#include "in_own_namespace.hpp"
#include "temporary_folder.hpp"

using namespace moderato;

namespace {

constexpr int netdevs = 256, rounds = 15;
constexpr double target = 50;  ///< of CPU time: that of the wall clock says how busy the host is

/// In milliseconds. On a quiet machine both tell the same; on a busy one the second does.
struct Cost {
  double wall = 0, cpu = 0;
};

/// Of the children that have ended.
double cpu_of_children() {
  rusage usage{};
  ::getrusage(RUSAGE_CHILDREN, &usage);
  const auto milliseconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_usec) / 1e3;
  };
  return milliseconds(usage.ru_utime) + milliseconds(usage.ru_stime);
}

void check(bool fine, const std::string& what) {
  if (!fine) throw std::runtime_error(what);
}

/// Started without a fork of this process, which would be counted as a cost of the command.
Cost cost_of(const Command& command) {
  const double cpu = cpu_of_children();
  const auto begin = std::chrono::steady_clock::now();
  const auto process = start(command, Stderr::share, OnParentDeath::live_on);
  check(process.has_value(), "cannot start " + command.argv.front());
  std::array<char, 1 << 16> printed;
  while (::read(process->out.get(), printed.data(), printed.size()) > 0) {
  }
  int status = -1;
  ::waitpid(process->pid, &status, 0);
  check(status == 0, command.argv.front() + " failed");
  const std::chrono::duration<double, std::milli> wall = std::chrono::steady_clock::now() - begin;
  return {wall.count(), cpu_of_children() - cpu};
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
    // Written in one go, as packages do: the linker leaves it in pieces in the page cache.
    std::filesystem::copy_file(MODERATO_BINARY_DIR "/bin/moderato", program_);
    // As /run is, of which each mount namespace has one of its own here.
    std::filesystem::create_directory(run_dir_);
    check(::mount("tmpfs", run_dir_.c_str(), "tmpfs", 0, nullptr) == 0, "tmpfs");
    const BootHost host = real_boot_host();
    for (const auto& [workload_class, frames] : {std::pair("micro", 7), {"macro", 40}}) {
      Profile profile =
          plain_profile(workload_class, workload_class, {.driver = "tun"}, {{"rx-frames", frames}});
      profile.fingerprint = fingerprint_of(host.devices("t0").at(0), host.kernel);
      put(folder_.path() / "etc/profiles.d", profile);
    }
  }
  /// Gives all of them the values of the class.
  Cost by_moderato(const std::string& workload_class) const {
    return cost_of({{program_.string(), "apply", "--class", workload_class},
                    {{"MODERATO_CONFIG_DIR", (folder_.path() / "etc").string()},
                     {"MODERATO_STATE_DIR", (folder_.path() / "state").string()},
                     {"MODERATO_RUN_DIR", run_dir_.string()}}});
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
  TemporaryFolder folder_;
  std::filesystem::path program_ = folder_.path() / "moderato";
  std::filesystem::path run_dir_ = folder_.path() / "run";
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
  std::vector<Cost> moderato, ethtool;
  for (int round = 0; round < rounds; ++round) {
    moderato.push_back(host.by_moderato("macro"));
    if (round == 0) host.check_all(40);
    ethtool.push_back(host.by_ethtool(7));
    if (round == 0) host.check_all(7);
  }
  fmt::print("{} netdevs, median of {} rounds       wall ms   CPU ms   times faster: wall, CPU\n",
             netdevs, rounds);
  print("a loop over ethtool -C", ethtool, ethtool);
  print("moderato apply --class, verified", moderato, ethtool);
  fmt::print("  target, CPU: {:.0f}\n", target);
  return median_of(ethtool, &Cost::cpu) / median_of(moderato, &Cost::cpu);
}

}  // namespace

int main() {
  return bench_in_own_namespace("apply", target, measure);
}
