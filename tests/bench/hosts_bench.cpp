// SPDX-License-Identifier: Apache-2.0
// A profile applied to many hosts at once, and to some of them one after another. The hosts are
// agents on this machine, each with a pretended NIC and a state folder of its own in memory: what
// is measured is starting, talking to and ending so many agents, on as many CPUs as there are here.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <optional>

#include "boot/everywhere.hpp"
#include "fakes/fake_nic.hpp"

namespace {

using namespace moderato;
namespace fs = std::filesystem;

constexpr int hosts = 256;
constexpr int in_turn = 32;
constexpr int repeats = 5;
constexpr double target_s = 1;
constexpr auto deadline = std::chrono::minutes(5);

using Outcomes = std::vector<DeviceOutcome>;

class Fleet {
 public:
  explicit Fleet(const fs::path& folder) : folder_(folder) {
    for (int i = 0; i < hosts; ++i) {
      const std::string host = fmt::format("node{}", i);
      FakeHost fake{.host = host, .devices = {fake_device("eth0", {{"rx-usecs", 8}})}};
      facts_ = fake.devices.front().facts;
      FakeFile(file(host)).save(fake);
      targets_.push_back(
          {host, {MODERATO_BINARY_DIR "/tests/fake-agent", "--nic", file(host)}, ""});
    }
  }

  const std::vector<Target>& targets() const { return targets_; }

  /// Seconds; nothing if any host failed, or was not changed.
  std::optional<double> apply(const std::vector<Target>& targets, std::int64_t usecs) const {
    const Profile profile{.name = "benchmark",
                          .settings = {{"rx-usecs", usecs}},
                          .match = match_for(facts_),
                          .fingerprint = fingerprint_of(facts_, "6.1.0")};
    const auto begin = std::chrono::steady_clock::now();
    const auto outcomes = everywhere<Outcomes>(targets, {"moderato", ""}, deadline,
                                               [&](const Target& at, AgentProgram program) {
                                                 program.state_dir = folder_ / (at.host + ".state");
                                                 return apply_profile(profile, at, program, false);
                                               });
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
    const bool all = std::ranges::all_of(outcomes, [](const Result<Outcomes>& outcome) {
      return outcome && outcome->size() == 1 && !outcome->front().differed.empty();
    });
    return all ? std::optional(took.count()) : std::nullopt;
  }

 private:
  fs::path file(const std::string& host) const { return folder_ / (host + ".json"); }

  fs::path folder_;
  Device facts_;
  std::vector<Target> targets_;
};

double median_of(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

bool measure(const Fleet& fleet) {
  std::vector<double> at_once, one_by_one;
  for (int i = 0; i < repeats; ++i) {
    const auto all = fleet.apply(fleet.targets(), i % 2 == 0 ? 2 : 8);
    double sum = 0;
    for (int host = 0; host < in_turn; ++host) {
      const auto one = fleet.apply({fleet.targets()[static_cast<std::size_t>(host)]}, 100 + i);
      if (!one) return false;
      sum += *one;
    }
    if (!all) return false;
    at_once.push_back(*all);
    one_by_one.push_back(sum / in_turn * 1e3);
  }
  fmt::print("a profile applied, written and read back, median of {} repetitions\n", repeats);
  fmt::print("  to {} hosts at once  {:8.3f} s (target: {:.1f} s; fastest {:.3f} s)\n", hosts,
             median_of(at_once), target_s, std::ranges::min(at_once));
  fmt::print("  to one host alone     {:8.1f} ms\n", median_of(one_by_one));
  return median_of(at_once) < target_s;
}

}  // namespace

int main() try {
  std::signal(SIGPIPE, SIG_IGN);
  const fs::path memory = fs::is_directory("/dev/shm") ? "/dev/shm" : fs::temp_directory_path();
  const fs::path folder = memory / fmt::format("moderato-bench-{}", ::getpid());
  fs::create_directory(folder);
  const bool done = measure(Fleet(folder));
  fs::remove_all(folder);
  if (!done) fmt::print(stderr, "bench_hosts: a host failed, or the target was missed\n");
  return done ? 0 : 1;
} catch (const std::exception& failure) {
  fmt::print(stderr, "bench_hosts: {}\n", failure.what());
  return 1;
}
