// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include "core/file.hpp"
#include "core/process.hpp"
#include "eventually.hpp"
#include "link/link.hpp"
#include "link/namespaces.hpp"
#include "snapshot_documents.hpp"
#include "temporary_folder.hpp"

namespace moderato {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

inline const std::string moderato_binary = MODERATO_BINARY_DIR "/bin/moderato";

/// Whether these tests can run here; says why not, in the form that is counted.
inline bool lab_possible() {
  if (::geteuid() == 0) return true;
  fmt::print("SKIPPED: network namespaces need root\n");
  return false;
}

/// A link of the user's own, as a cluster has one: it is there before a study and stays after it.
/// Made by the keeper that --link loopback uses, which this process holds.
class Lab {
 public:
  Lab() : loopback_(make()) {
    REQUIRE(write_file_durably(link_file(), to_json(loopback_.link())));
    write_policy(5);
    baseline_ = settings();
  }

  const fs::path& folder() const { return folder_.path(); }
  fs::path link_file() const { return folder() / "link.json"; }
  fs::path policy_file() const { return folder() / "policy.json"; }
  fs::path state() const { return folder() / "state"; }
  const Link& link() const { return loopback_.link(); }
  const std::string& baseline() const { return baseline_; }

  /// A study that takes long enough to be killed, with windows far from the baseline.
  void write_policy(int heartbeat_s, int rounds = 1000) const {
    REQUIRE(write_file_durably(
        policy_file(),
        fmt::format(R"({{"schema": "moderato-policy/1", "name": "lab", "class": "latency",
  "workloads": [{{"use": "udp-pingpong", "parameters": {{"iterations": 400, "warmup": 10}}}}],
  "space": {{"parameters": [{{"knob": "gro-flush-timeout", "values": [150000, 250000]}},
                           {{"knob": "napi-defer-hard-irqs", "values": [2, 3]}}]}},
  "measurement": {{"calibration_rounds": 2, "search_rounds": {}, "confirm_rounds": 6, "finalists": 1,
                  "trial_timeout_s": 20}},
  "safety": {{"heartbeat_timeout_s": {}}}}})",
                    rounds, heartbeat_s)));
  }

  Command command(const std::vector<std::string>& words) const {
    Command command{{moderato_binary}, {{"MODERATO_STATE_DIR", state().string()}}};
    command.argv.insert(command.argv.end(), words.begin(), words.end());
    return command;
  }
  Command tune(const std::string& study) const {
    return command({"tune", "--policy", policy_file(), "--link", link_file(), "--study",
                    (folder() / study).string()});
  }
  Command resume(const std::string& study) const {
    return command({"tune", "--resume", (folder() / study).string()});
  }

  /// What both ends are set to, as the kernel says: "1 50000 | 1 50000".
  std::string settings() const {
    std::string text;
    for (const Endpoint& end : link().endpoints)
      text += (text.empty() ? "" : " | ") + settings_of(end);
    return text;
  }
  bool at_baseline() const { return settings() == baseline_; }

  std::size_t processes() const {
    std::size_t count = 0;
    for (const Endpoint& end : link().endpoints)
      count += processes_in(end.launch_prefix.back()).size();
    return count;
  }

  std::string process_names() const {
    std::string names;
    for (const Endpoint& end : link().endpoints) {
      for (const pid_t pid : processes_in(end.launch_prefix.back()))
        names += read_file(fs::path("/proc") / std::to_string(pid) / "comm", 64).value_or("");
    }
    return names;
  }

  std::size_t snapshots() const { return snapshot_documents(state()); }

  /// Returns how many processes it has met.
  int signal_inside(const std::string& program, int number) const {
    int met = 0;
    for (const Endpoint& end : link().endpoints) {
      for (const pid_t pid : processes_in(end.launch_prefix.back())) {
        const auto name = read_file(fs::path("/proc") / std::to_string(pid) / "cmdline", 4096);
        if (name && name->find(program) != std::string::npos) met += ::kill(pid, number) == 0;
      }
    }
    return met;
  }

 private:
  static Loopback make() {
    auto made = Loopback::create(moderato_binary);
    REQUIRE_MESSAGE(made, (made ? "" : made.error().message));
    return std::move(*made);
  }

  static std::string settings_of(const Endpoint& end) {
    const std::string sys = "/sys/class/net/" + end.netdev + "/";
    Argv argv = end.launch_prefix;
    for (const auto& word :
         {std::string("cat"), sys + "napi_defer_hard_irqs", sys + "gro_flush_timeout"})
      argv.push_back(word);
    const auto read = run({argv, {}}, {});
    REQUIRE(read);
    std::string text = read->out;
    while (!text.empty() && text.back() == '\n')
      text.pop_back();
    std::ranges::replace(text, '\n', ' ');
    return text;
  }

  TemporaryFolder folder_;
  Loopback loopback_;
  std::string baseline_;
};

/// A program in the background whose output is thrown away as it comes.
class Background {
 public:
  explicit Background(const Command& command, OnParentDeath on_death = OnParentDeath::terminate) {
    auto started = start(command, Stderr::capture, on_death);
    REQUIRE_MESSAGE(started, (started ? "" : started.error().message));
    process_ = std::move(*started);
    process_.in.reset();
    drains_.emplace_back([this] { drain(process_.out.get(), nullptr); });
    drains_.emplace_back([this] { drain(process_.err.get(), &err_); });
  }
  ~Background() {
    if (pid() > 0 && !ended_) {
      send(SIGKILL);
      wait();
    }
  }
  pid_t pid() const { return process_.pid; }
  void send(int number) const { ::kill(pid(), number); }
  /// Its exit status; -n if signal n killed it, which is not the same as a status of 128+n.
  int wait() {
    int status = 0;
    while (::waitpid(pid(), &status, 0) < 0 && errno == EINTR) {
    }
    ended_ = true;
    drains_.clear();
    return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
  }
  bool ended() {
    siginfo_t info{};
    ::waitid(P_PID, static_cast<id_t>(pid()), &info, WEXITED | WNOHANG | WNOWAIT);
    return info.si_pid == pid();
  }
  const std::string& err() const { return err_; }  ///< after wait()

 private:
  static void drain(int fd, std::string* into) {
    char bytes[4096];
    for (ssize_t n; (n = ::read(fd, bytes, sizeof bytes)) > 0;) {
      if (into != nullptr) into->append(bytes, static_cast<std::size_t>(n));
    }
  }

  Process process_;
  std::string err_;
  bool ended_ = false;
  std::vector<std::jthread> drains_;
};

}  // namespace moderato
