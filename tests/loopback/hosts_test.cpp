// SPDX-License-Identifier: Apache-2.0
// Four hosts, each a network namespace with a veth pair: commands and studies on all of them.
#include "agent/protocol.hpp"
#include "lab.hpp"
#include "profile/profile.hpp"

namespace moderato {
namespace {

constexpr const char* baseline = "0 0";
constexpr const char* profiled = "2 20000";

Argv inside(const std::string& host, Argv words) {
  words.insert(words.begin(), {"ip", "netns", "exec", host});
  return words;
}

std::string output_of(const Argv& argv) {
  const auto ran = run({argv, {}}, {.timeout = 600s});
  REQUIRE(ran);
  REQUIRE_MESSAGE(ran->status == 0, ran->err);
  return ran->out;
}

class FourHosts {
 public:
  FourHosts() {
    for (const std::string& host : names()) {
      output_of({"ip", "netns", "add", host});
      output_of({"ip", "-n", host, "link", "add", "eth0", "type", "veth", "peer", "name", "eth1"});
      for (const char* netdev : {"eth0", "eth1"})
        output_of({"ip", "-n", host, "link", "set", netdev, "up"});
    }
    const Device facts{.netdev = "eth0", .driver = "veth", .kind = DeviceKind::virtual_device};
    write("profile.json",
          to_json(Profile{.name = "four",
                          .workload_class = "latency",
                          .outcome = Outcome::baseline_is_best,
                          .settings = {{"napi-defer-hard-irqs", 2}, {"gro-flush-timeout", 20000}},
                          .match = match_for(facts),
                          .fingerprint = fingerprint_of(facts, "6.1.0"),
                          .evidence = {.objective = "p99"}}));
  }
  FourHosts(const FourHosts&) = delete;
  FourHosts& operator=(const FourHosts&) = delete;
  ~FourHosts() {
    for (const std::string& host : names())
      (void)run({{"ip", "netns", "del", host}, {}}, {});
  }

  static std::string list() { return fmt::format("moderato-four-{}-[1-4]", ::getpid()); }
  static std::string name(int number) {
    return fmt::format("moderato-four-{}-{}", ::getpid(), number);
  }
  static std::vector<std::string> names() { return {name(1), name(2), name(3), name(4)}; }

  void write(const std::string& file, const std::string& text) const {
    REQUIRE(write_file_durably(folder_.path() / file, text));
  }
  Command command(const Argv& words) const {
    Command command{{"env", "-C", folder_.path().string(), moderato_binary},
                    {{"MODERATO_STATE_DIR", (folder_.path() / "state").string()}}};
    command.argv.insert(command.argv.end(), words.begin(), words.end());
    return command;
  }
  RunResult on(const std::string& hosts, Argv words) const {
    words.insert(words.end(), {"--hosts", hosts, "--launch", "ip netns exec {host}"});
    auto ran = run(command(words), {.timeout = 600s});
    REQUIRE(ran);
    return *ran;
  }
  /// "2 20000"
  static std::string settings(const std::string& host) {
    const std::string sys = "/sys/class/net/eth0/";
    std::string text =
        output_of(inside(host, {"cat", sys + "napi_defer_hard_irqs", sys + "gro_flush_timeout"}));
    text.pop_back();
    std::ranges::replace(text, '\n', ' ');
    return text;
  }
  static bool all_are(const std::string& wanted) {
    return std::ranges::all_of(names(), [&](const auto& host) { return settings(host) == wanted; });
  }
  std::size_t snapshots() const { return snapshot_documents(folder_.path() / "state"); }

  /// An agent that sets the host, and is then killed with -9.
  void leave_behind(const std::string& host) const {
    const auto state = (folder_.path() / "state").string();
    auto agent = start({inside(host, {moderato_binary, "agent", "--state-dir", state}), {}},
                       Stderr::share, OnParentDeath::terminate);
    REQUIRE(agent);
    const std::vector<std::string> knobs{"napi-defer-hard-irqs", "gro-flush-timeout"};
    const std::string lines =
        encode(Request{.operation = Operation::arm, .netdev = "eth0", .knobs = knobs}) + "\n" +
        encode(Request{.operation = Operation::write,
                       .netdev = "eth0",
                       .settings = {{knobs[0], 2}, {knobs[1], 20000}}}) +
        "\n";
    REQUIRE(::write(agent->in.get(), lines.data(), lines.size()) ==
            static_cast<ssize_t>(lines.size()));
    CHECK(eventually(60s, [&] { return settings(host) == profiled; }));
    ::kill(agent->pid, SIGKILL);
    ::waitpid(agent->pid, nullptr, 0);
  }

  /// A study across all four, whose workload says the same whatever they are set to.
  Command tune(int rounds) const {
    Link link{.name = "four"};
    for (int i = 1; i <= 4; ++i)
      link.endpoints.push_back(
          {name(i), {"ip", "netns", "exec", name(i)}, "eth0", fmt::format("198.18.7.{}", i)});
    write("link.json", to_json(link));
    fs::create_directories(folder_.path() / "workloads");
    write("workloads/same.json",
          R"({"schema": "moderato-workload/1", "name": "same", "launcher": "first_host",
  "command": ["seq", "{from}", "900"], "parameters": {"from": 100},
  "result": {"format": "lines", "pattern": "^([0-9.]+)$"}})");
    write("policy.json",
          fmt::format(R"({{"schema": "moderato-policy/1", "name": "four", "class": "latency",
  "workloads": [{{"use": "same"}}],
  "space": {{"parameters": [{{"knob": "gro-flush-timeout", "values": [20000, 40000]}}]}},
  "measurement": {{"calibration_rounds": 2, "search_rounds": {}, "confirm_rounds": 8,
                  "trial_timeout_s": 60}},
  "safety": {{"heartbeat_timeout_s": 600}}}})",
                      rounds));
    return command({"tune", "--policy", "policy.json", "--link", "link.json", "--study",
                    fmt::format("study-{}", rounds)});
  }

 private:
  TemporaryFolder folder_;
};

}  // namespace

TEST_CASE("four hosts are probed, set and compared at once, and one that is missing is named") {
  if (!lab_possible()) return;
  const FourHosts hosts;
  CHECK(hosts.on(hosts.list(), {"verify", "profile.json", "--netdev", "eth0"}).status == 3);
  const auto applied =
      hosts.on(hosts.list() + ",nowhere", {"apply", "profile.json", "--netdev", "eth0"});
  CHECK(applied.status == 1);
  CHECK_MESSAGE(applied.err.find("failed on 1 of 5 hosts: nowhere") != std::string::npos,
                applied.err);
  CHECK(hosts.all_are(profiled));
  CHECK(hosts.on(hosts.list(), {"verify", "profile.json", "--netdev", "eth0"}).status == 0);
  CHECK(hosts.snapshots() == 0);
  const auto probed = hosts.on(hosts.list(), {"probe", "eth0"});
  CHECK(probed.status == 0);
  for (const std::string& host : hosts.names())
    CHECK(probed.out.find(host + ", kernel") != std::string::npos);
}

TEST_CASE("what dead agents left on four hosts is put back by one restore, each of them once") {
  if (!lab_possible()) return;
  const FourHosts hosts;
  for (int i = 0; i < 3; ++i) {
    for (const std::string& host : hosts.names())
      hosts.leave_behind(host);
    CHECK(hosts.snapshots() == 4);
    const auto restored = hosts.on(hosts.list(), {"restore"});
    CHECK_MESSAGE(restored.status == 0, restored.err);
    CHECK(restored.out.find("put back") != std::string::npos);
    CHECK(hosts.all_are(baseline));
    CHECK(hosts.snapshots() == 0);
  }
}

TEST_CASE("a study across four hosts puts each of them back") {
  if (!lab_possible()) return;
  const FourHosts hosts;
  const auto ran = run(hosts.tune(3), {.timeout = 600s});
  REQUIRE(ran);
  CHECK_MESSAGE(ran->status == 3, ran->err);
  CHECK(hosts.all_are(baseline));
  CHECK(hosts.snapshots() == 0);
}

TEST_CASE("a study that loses the agent of one of four hosts names it, and puts back all of them") {
  if (!lab_possible()) return;
  const FourHosts hosts;
  const std::string lost = hosts.name(4);
  Background tuner(hosts.tune(1000));
  REQUIRE(eventually(60s, [&] { return hosts.settings(lost) != baseline; }));
  for (const pid_t pid : processes_in(lost)) {
    const auto name = read_file(fs::path("/proc") / std::to_string(pid) / "cmdline", 4096);
    if (name && name->find("agent") != std::string::npos) ::kill(pid, SIGKILL);
  }
  REQUIRE(eventually(120s, [&] { return tuner.ended(); }));
  CHECK(tuner.wait() == 1);
  CHECK_MESSAGE(tuner.err().find("the agent on " + lost + " went away") != std::string::npos,
                tuner.err());
  // The lost one by a new agent.
  CHECK(hosts.all_are(baseline));
  CHECK(hosts.snapshots() == 0);
}

}  // namespace moderato
