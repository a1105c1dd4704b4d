// SPDX-License-Identifier: Apache-2.0
// Commands on lists of hosts, and devices that somebody else is using.
#include <cstdlib>

#include "agent/snapshot.hpp"
#include "cases/cluster.hpp"
#include "profile/profile.hpp"

namespace moderato {
namespace {

/// The two hosts of a cluster by their names, and a profile that fits them: rx-usecs 2.
struct Hosts : Cluster {
  Hosts() {
    const Device facts = device("a").facts;
    write("profile.json", to_json(Profile{.name = "case",
                                          .workload_class = "latency",
                                          .outcome = Outcome::baseline_is_best,
                                          .settings = {{"rx-usecs", 2}},
                                          .match = match_for(facts),
                                          .fingerprint = fingerprint_of(facts, "6.1.0"),
                                          .evidence = {.objective = "p99"}}));
  }
  RunResult on(const std::string& hosts, const std::vector<std::string>& command) const {
    auto words = command;
    words.insert(words.end(), {"--hosts", hosts, "--launch",
                               fmt::format("{}/tests/fake-agent --nic {}/{{host}}.json",
                                           binary_dir.string(), folder().string())});
    return run(words);
  }
  /// A shell script among the programs that are found first.
  void write_program(const std::string& name, const std::string& body) const {
    fs::create_directory(path("bin"));
    write("bin/" + name, "#!/bin/sh\n" + body + "\n");
    fs::permissions(path("bin/" + name), fs::perms::owner_all);
  }
  std::int64_t usecs(const std::string& host) const { return device(host).settings.at("rx-usecs"); }
};

/// What another process would hold while it works on the device.
Fd hold(const Cluster& cluster, const std::string& netdev) {
  auto lock = SnapshotStore(cluster.path("state"))
                  .lock(netdev, here().network_namespace, "study x of user y (process 1 on z)");
  REQUIRE(lock);
  return std::move(*lock);
}

}  // namespace

TEST_CASE("commands work on a list of hosts, and one that fails does not hide the others") {
  const Hosts hosts;
  const auto applied = hosts.on("a,gone,b", {"apply", "profile.json"});
  CHECK(applied.status == 1);
  CHECK_MESSAGE(contains(applied.out, "a/eth-a: set rx-usecs 8 -> 2"), applied.out);
  CHECK(contains(applied.out, "b/eth-b: set rx-usecs 8 -> 2"));
  CHECK(contains(applied.err, "the agent on gone went away"));
  CHECK(contains(applied.err, "failed on 1 of 3 hosts: gone"));
  CHECK(hosts.usecs("a") == 2);
  CHECK(hosts.usecs("b") == 2);
  CHECK(hosts.on("a,b", {"verify", "profile.json"}).status == 0);
  CHECK(hosts.on("a,gone", {"verify", "profile.json"}).status == 1);
  CHECK(contains(hosts.on("b,a", {"restore"}).out, "nothing to restore"));
  const auto probed = hosts.on("b,a", {"probe"});
  CHECK(probed.status == 0);
  CHECK(probed.out.find("eth-b") < probed.out.find("eth-a"));
}

TEST_CASE("without a launch prefix hosts are reached by ssh, those of an allocation by srun") {
  const Hosts hosts;
  const std::string agent =
      fmt::format("{}/tests/fake-agent --nic {}", binary_dir.string(), hosts.folder().string());
  // As the real ones: ssh hands one text to a shell over there, srun the words.
  hosts.write_program("ssh", fmt::format("exec sh -c \"{}/$1.json $(shift; echo \"$@\")\"", agent));
  hosts.write_program("srun", fmt::format("[ \"$1 $2 $3 $4\" = '--overlap -N1 -n1 -w' ] || exit 9\n"
                                          "host=$5; shift 5; exec {}/$host.json \"$@\"",
                                          agent));
  const auto with_path = [&](const std::string& chosen, const std::string& verb) {
    Command command = hosts.command({verb, "profile.json", "--hosts", chosen});
    command.environment["PATH"] = hosts.path("bin") + ":" + std::getenv("PATH");
    command.environment["SLURM_JOB_NODELIST"] = "a,b";
    auto ran = moderato::run(command, {.timeout = std::chrono::minutes(20)});
    REQUIRE(ran);
    return *ran;
  };
  CHECK(with_path("b", "apply").status == 0);
  CHECK(hosts.usecs("a") == 8);
  CHECK(hosts.usecs("b") == 2);
  CHECK(with_path("slurm", "verify").status == 3);
  CHECK(with_path("slurm", "apply").status == 0);
  CHECK(hosts.usecs("a") == 2);
  CHECK(with_path("a,b", "verify").status == 0);
}

TEST_CASE("a host whose devices do not match is reported, the others of the hostfile are set") {
  const Hosts hosts;
  hosts.write("hosts", "a slots=4\nb slots=4 # the new one\n");
  hosts.nic("b").change([](FakeHost& host) { host.devices.front().facts.driver = "ice"; });
  const auto applied = hosts.on("file:hosts", {"apply", "profile.json"});
  CHECK(applied.status == 2);
  CHECK_MESSAGE(contains(applied.err, "is not for b: eth-b: driver is"), applied.err);
  CHECK(hosts.usecs("a") == 2);
  CHECK(hosts.usecs("b") == 8);
}

TEST_CASE("a signal ends what only looks, and nothing stays behind; an apply is finished") {
  const Hosts hosts;
  // An agent that is slow to start: it waits for "go", or for the end of its tuner.
  hosts.write_program("slow", fmt::format(R"(host=$1
shift
echo >started
while [ ! -e go ] && kill -0 $PPID 2>/dev/null; do sleep 0.01; done
[ -e go ] || {{ echo >ended; exit 1; }}
exec {}/tests/fake-agent --nic "$host.json" "$@")",
                                          binary_dir.string()));
  const auto end_of = [&](const std::string& verb, const std::string& then) {
    auto tuner =
        start(hosts.command({verb, "profile.json", "--hosts", "a", "--launch", "bin/slow {host}"}),
              Stderr::capture, OnParentDeath::terminate);
    REQUIRE(tuner);
    REQUIRE(eventually(a_minute, [&] { return fs::exists(hosts.path("started")); }));
    ::kill(tuner->pid, SIGTERM);
    if (!then.empty()) hosts.write(then, "");
    int status = 0;
    ::waitpid(tuner->pid, &status, 0);
    fs::remove(hosts.path("started"));
    return status;
  };
  const int looked = end_of("verify", "");
  CHECK(WIFSIGNALED(looked));
  CHECK(WTERMSIG(looked) == SIGTERM);
  CHECK(eventually(a_minute, [&] { return fs::exists(hosts.path("ended")); }));
  CHECK(end_of("apply", "go") == 0);
  CHECK(hosts.usecs("a") == 2);
  CHECK(hosts.snapshots() == 0);
}

TEST_CASE("hosts that make no sense are refused before any host is touched") {
  const Hosts hosts;
  CHECK(hosts.on("a,-b", {"apply", "profile.json"}).status == 2);
  CHECK(hosts.on("a[2-1]", {"apply", "profile.json"}).status == 2);
  CHECK(hosts.run({"apply", "profile.json", "--hosts", "a", "--launch", "ssh x"}).status == 2);
  CHECK(hosts.run({"apply", "profile.json", "--launch", "ssh {host}"}).status == 2);
  CHECK(hosts.run({"restore", "--hosts", "a", "--link", "link.json"}).status == 2);
  CHECK(hosts.run({"probe", "--hosts", "a", "--deadline", "0"}).status == 2);
  // The files of other hosts are not looked at.
  const auto looked = hosts.run({"status", "--link", "link.json", "--root", hosts.path("bin")});
  CHECK(looked.status == 2);
  CHECK_MESSAGE(contains(looked.err, "--root"), looked.err);
  CHECK(hosts.untouched());
}

TEST_CASE("who wants a device that somebody else is using is told whose it is") {
  const Hosts hosts;
  const std::string owner = "eth-a is in use by study x of user y (process 1 on z)";
  const Fd held = hold(hosts, "eth-a");
  const auto applied = hosts.on("a,b", {"apply", "profile.json"});
  CHECK(applied.status == 1);
  CHECK_MESSAGE(contains(applied.err, owner), applied.err);
  CHECK(hosts.usecs("a") == 8);
  CHECK(hosts.usecs("b") == 2);
  const auto tuned = hosts.tune();
  CHECK(tuned.status == 1);
  CHECK_MESSAGE(contains(tuned.err, owner), tuned.err);
  CHECK(hosts.device("a").journal.empty());
  const Here now = here();
  REQUIRE(SnapshotStore(hosts.path("state"))
              .save({"eth-a", "", now.boot_id, now.network_namespace, {{"rx-usecs", 9}}, "then"}));
  const auto restored = hosts.on("a", {"restore"});
  CHECK_MESSAGE(contains(restored.out, "eth-a: in use by study x"), restored.out);
  CHECK(hosts.device("a").journal.empty());
}

TEST_CASE("a study keeps off management interfaces and busy links, unless it is told") {
  const Hosts hosts;
  hosts.nic("b").change(
      [](FakeHost& host) { host.devices.front().facts.management = "default route"; });
  const auto managed = hosts.tune();
  CHECK(managed.status == 2);
  CHECK_MESSAGE(contains(managed.err, "b/eth-b is a management interface (default route)"),
                managed.err);
  // So many that no machine is slow enough for them to look like a few.
  hosts.nic("a").change(
      [](FakeHost& host) { host.devices.front().packets_a_look = 1'000'000'000; });
  const auto busy = hosts.tune({"--management-ok"});
  CHECK(busy.status == 1);
  CHECK_MESSAGE(contains(busy.err, "a/eth-a is busy: others move"), busy.err);
  CHECK(hosts.untouched());
  CHECK_FALSE(fs::exists(hosts.path("study")));
  CHECK(hosts.tune({"--management-ok", "--busy-ok"}).status == 0);
  CHECK(hosts.untouched());
}

TEST_CASE("a candidate that one endpoint refuses is not measured, and the endpoint is named") {
  const Hosts hosts;
  hosts.nic("b").change([](FakeHost& host) {
    host.devices.front().character.rejects = {{"rx-usecs", 128, 128, "not that"}};
  });
  CHECK(hosts.tune().status == 0);
  int refused = 0;
  for (const Trial& trial : hosts.trials()) {
    if (trial.settings.at("rx-usecs") != 128) continue;
    ++refused;
    CHECK(trial.state == TrialState::failed);
    CHECK_MESSAGE(trial.reason.starts_with("b: eth-b does not take"), trial.reason);
    CHECK(trial.outcomes.empty());
  }
  CHECK(refused > 0);
  CHECK(hosts.untouched());
}

TEST_CASE("a candidate that the endpoints show differently is not measured") {
  const Hosts hosts;
  hosts.nic("b").change([](FakeHost& host) {
    host.devices.front().character.rounds = {{"rx-usecs", 4}};
  });
  hosts.write_policy(R"({"parameters": [{"knob": "rx-usecs", "values": [0, 8, 24, 50]}]})");
  hosts.tune();
  int different = 0;
  for (const Trial& trial : hosts.trials()) {
    if (trial.settings.at("rx-usecs") != 50) continue;
    ++different;
    CHECK(trial.state == TrialState::failed);
    CHECK_MESSAGE(contains(trial.reason, "a/eth-a shows rx-usecs=50, b/eth-b shows rx-usecs=48"),
                  trial.reason);
  }
  CHECK(different > 0);
  CHECK(hosts.untouched());
}

}  // namespace moderato
