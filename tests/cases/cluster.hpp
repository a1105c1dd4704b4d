// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/wait.h>

#include <chrono>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "core/file.hpp"
#include "core/process.hpp"
#include "eventually.hpp"
#include "fakes/fake_nic.hpp"
#include "link/link.hpp"
#include "snapshot_documents.hpp"
#include "temporary_folder.hpp"
#include "tune/study.hpp"

namespace moderato {

namespace fs = std::filesystem;

constexpr auto a_minute = std::chrono::minutes(1);

inline const fs::path binary_dir = MODERATO_BINARY_DIR;

inline bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

/// Two hosts with a pretended NIC each, a link between them, a workload that feels their true
/// settings, and a policy; all in one folder, which is the working directory of every command.
class Cluster {
 public:
  explicit Cluster(const FakeDevice& device = fake_device("eth",
                                                          {{"rx-usecs", 8}, {"rx-frames", 128}})) {
    for (const char* host : {"a", "b"}) {
      FakeHost fake{.host = host};
      fake.devices.push_back(device);
      fake.devices.back().facts.netdev = netdev(host);
      fake.devices.back().facts.mac = fmt::format("02:00:00:00:00:0{}", host);
      nic(host).save(fake);
    }
    const auto endpoint = [&](const char* host, const char* address) {
      return Endpoint{
          host,
          {binary_dir / "tests/fake-agent", "--nic", path(fmt::format("{}.json", host))},
          netdev(host),
          address,
          ""};
    };
    write("link.json",
          to_json(Link{"lab", {endpoint("a", "10.0.0.1"), endpoint("b", "10.0.0.2")}}));
    fs::create_directory(folder() / "workloads");
    write_workload("--landscape planted --optimum rx-usecs=2 --noise 0.03");
    write_policy();
  }

  const fs::path& folder() const { return folder_.path(); }
  std::string path(const std::string& name) const { return folder() / name; }
  static std::string netdev(const std::string& host) { return "eth-" + host; }
  FakeFile nic(const std::string& host) const { return FakeFile(path(host + ".json")); }
  FakeDevice device(const std::string& host) const { return nic(host).load().devices.front(); }
  /// Changes the device of both hosts.
  void change(const std::function<void(FakeDevice&)>& how) const {
    for (const char* host : {"a", "b"})
      nic(host).change([&](FakeHost& fake) { how(fake.devices.front()); });
  }
  void write(const std::string& name, const std::string& text) const {
    REQUIRE(write_file_durably(path(name), text));
  }
  std::string text(const std::string& name) const { return read_file(path(name)).value_or(""); }

  /// The workload "fake"; `options` are those of the program fake-workload.
  /// `more`: further top-level fields of its descriptor, each followed by a comma; `parameters`
  /// likewise.
  void write_workload(const std::string& options, int seed = 1, const std::string& more = "",
                      const std::string& parameters = "") const {
    write_workload_as("fake", options, seed, more, parameters);
  }
  void write_workload_as(const std::string& name, const std::string& options, int seed = 1,
                         const std::string& more = "", const std::string& parameters = "") const {
    std::string words;
    std::size_t begin = 0;
    while (begin < options.size()) {
      const auto end = std::min(options.find(' ', begin), options.size());
      words += fmt::format(R"(, "{}")", options.substr(begin, end - begin));
      begin = end + 1;
    }
    write("workloads/" + name + ".json",
          fmt::format(R"({{"schema": "moderato-workload/1", "name": "{6}", "launcher": "first_host",
  "command": ["{0}/tests/fake-workload", "--nic", "{1}/a.json", "--nic", "{1}/b.json",
              "--counter", "{1}/counter", "--seed", "{{seed}}", "--iterations", "500"{2}],
  {4} "parameters": {{{5} "seed": {3}}},
  "result": {{"format": "lines", "pattern": "^([0-9.]+)$"}}}})",
                      binary_dir.string(), folder().string(), words, seed, more, parameters, name));
  }

  static constexpr const char* usual_space =
      R"({"parameters": [{"knob": "rx-usecs", "values": [0, 2, 8, 32, 128]}]})";

  /// No machine is so busy that its tuner is taken for dead.
  static constexpr const char* patient = R"("safety": {"heartbeat_timeout_s": 600})";

  /// `more`: further top-level fields, each followed by a comma. `trial_timeout_s`: longer than a
  /// busy machine ever takes, but for who means to wait for it.
  void write_policy(const std::string& space = usual_space, const std::string& more = "",
                    int trial_timeout_s = 60) const {
    write("policy.json",
          fmt::format(R"({{"schema": "moderato-policy/1", "name": "case", "class": "latency",
  "workloads": [{{"use": "fake"}}], {} "space": {},
  "measurement": {{"calibration_rounds": 2, "search_rounds": 3, "confirm_rounds": 15,
                  "trial_timeout_s": {}}}, {}}})",
                      more, space, trial_timeout_s, patient));
  }

  Command command(const std::vector<std::string>& words) const {
    Command command{{"env", "-C", folder().string(), binary_dir / "bin/moderato"},
                    {{"MODERATO_STATE_DIR", path("state")}, {"NO_COLOR", "1"}}};
    command.argv.insert(command.argv.end(), words.begin(), words.end());
    return command;
  }
  RunResult run(const std::vector<std::string>& words) const {
    auto ran = moderato::run(command(words), {.timeout = std::chrono::minutes(20)});
    REQUIRE(ran);
    return *ran;
  }
  RunResult tune(std::vector<std::string> more = {}) const {
    std::vector<std::string> words{"tune",      "--policy", "policy.json", "--link",
                                   "link.json", "--study",  "study"};
    words.insert(words.end(), more.begin(), more.end());
    return run(words);
  }

  std::vector<Trial> trials() const {
    auto record = read_study(folder() / "study");
    REQUIRE_MESSAGE(record, (record ? "" : record.error().message));
    return record->trials;
  }
  /// Both devices as they were, in truth and not just in what they show; nothing left to restore.
  bool untouched() const {
    for (const char* host : {"a", "b"}) {
      if (true_settings(device(host)) != device(host).initial) return false;
    }
    return snapshots() == 0;
  }
  std::size_t snapshots() const { return snapshot_documents(path("state")); }

  /// Lets the tuner come `trials` trials further in the folder "study", and ends it with `number`.
  void interrupt(const Command& command, std::size_t trials, int number) const {
    const auto recorded = [&] {
      const auto record = read_study(folder() / "study");
      return record ? record->trials.size() : 0;
    };
    const std::size_t before = recorded();
    auto tuner = start(command, Stderr::capture, OnParentDeath::terminate);
    REQUIRE(tuner);
    REQUIRE(eventually(a_minute, [&] { return recorded() >= before + trials; }));
    ::kill(tuner->pid, number);
    ::waitpid(tuner->pid, nullptr, 0);
    // Its agents put back what they find changed as soon as they see it gone.
    CHECK(eventually(a_minute, [&] { return untouched(); }));
  }

 private:
  TemporaryFolder folder_;
};

}  // namespace moderato
