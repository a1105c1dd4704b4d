// SPDX-License-Identifier: Apache-2.0
// What a boot with many netdevs costs: one `moderato apply --class` as a process, against a shell
// loop over `ethtool -C`, on the same taps, in turns, so that a drift of the host meets both.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <stdexcept>
#include <vector>

#include "boot/installed_profile.hpp"
#include "knobs/own_namespace.hpp"
#include "temporary_folder.hpp"

using namespace moderato;

namespace {

constexpr int netdevs = 256, rounds = 7;
constexpr double target = 50;

class Host {
 public:
  Host() {
    std::string batch;
    for (int n = 1; n < netdevs; ++n)
      batch += fmt::format("tuntap add dev t{} mode tap\n", n);
    put(folder_.path() / "batch", batch);
    check(succeeds({"ip", "-n", name(), "-batch", folder_.path() / "batch"}), "taps");
    for (const auto& [workload_class, frames] : {std::pair("micro", 7), {"macro", 40}})
      put(folder_.path() / "etc/profiles.d",
          plain_profile(workload_class, workload_class, {.driver = "tun"},
                        {{"rx-frames", frames}}));
    // In memory, so that the disk is not measured.
    state_ = folder_.path() / "state";
  }
  static std::string name() { return fmt::format("moderato-many-{}", ::getpid()); }

  /// Milliseconds that it takes to give all of them the values of the class.
  double by_moderato(const std::string& workload_class) const {
    return time_of({"env", "MODERATO_CONFIG_DIR=" + (folder_.path() / "etc").string(),
                    "MODERATO_STATE_DIR=" + state_, MODERATO_BINARY_DIR "/bin/moderato", "apply",
                    "--class", workload_class, "--stale", "apply"});
  }
  double by_ethtool(int frames) const {
    return time_of({"sh", "-c",
                    fmt::format("n=0; while [ $n -lt {} ]; do ethtool -C t$n rx-frames {} || exit; "
                                "n=$((n + 1)); done",
                                netdevs, frames)});
  }
  void check_all(int frames) const {
    const auto shown = run(
        {{"ip", "netns", "exec", name(), "sh", "-c", "for n in 0 128 255; do ethtool -c t$n; done"},
         {}},
        {});
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
  /// Entering the namespace costs both the same, and is not counted: the clock is read inside.
  double time_of(const std::vector<std::string>& command) const {
    Argv argv{"ip",
              "netns",
              "exec",
              name(),
              "sh",
              "-c",
              "begin=$(date +%s%N); \"$@\" >/dev/null || exit; end=$(date +%s%N); "
              "echo $((end - begin))",
              "sh"};
    argv.insert(argv.end(), command.begin(), command.end());
    const auto ran = run({argv, {}}, {});
    check(ran && ran->status == 0, ran ? ran->err : ran.error().message);
    return std::stod(ran->out) / 1e6;
  }

  TemporaryFolder folder_;
  std::string state_;
};

double median_of(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

double measure() {
  const Host host;
  std::vector<double> moderato, ethtool;
  for (int round = 0; round < rounds; ++round) {
    moderato.push_back(host.by_moderato("macro"));
    if (round == 0) host.check_all(40);
    ethtool.push_back(host.by_ethtool(7));
    if (round == 0) host.check_all(7);
  }
  const double ratio = median_of(ethtool) / median_of(moderato);
  fmt::print("{} netdevs set and verified, median of {} rounds\n", netdevs, rounds);
  fmt::print("  moderato apply --class   {:8.1f} ms\n", median_of(moderato));
  fmt::print("  a loop over ethtool -C   {:8.1f} ms (not verified)\n", median_of(ethtool));
  fmt::print("  {:.0f} times faster (target: {:.0f})\n", ratio, target);
  return ratio;
}

}  // namespace

int main() try {
  const OwnNamespace own("many");
  if (!own.valid()) {
    fmt::print("SKIPPED: no network namespace with a tap can be made (needs root)\n");
    return 0;
  }
  return measure() >= target ? 0 : 1;
} catch (const std::exception& failure) {
  fmt::print(stderr, "bench_apply: {}\n", failure.what());
  return 1;
}
