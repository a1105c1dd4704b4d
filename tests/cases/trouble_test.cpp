// SPDX-License-Identifier: Apache-2.0
// Drivers and workloads that misbehave.
#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <string>

#include "agent/snapshot.hpp"
#include "cases/cluster.hpp"

namespace moderato {
namespace {

std::vector<Trial> in_state(const Cluster& cluster, TrialState state) {
  auto trials = cluster.trials();
  std::erase_if(trials, [&](const Trial& trial) { return trial.state != state; });
  return trials;
}

/// A study whose first trial has begun, and does not end.
struct HangingStudy {
  HangingStudy() {
    cluster.write_policy(Cluster::usual_space, "", 3600);
    cluster.write_workload("--hang-when rx-usecs=8");
    auto started = start(cluster.command({"tune", "--policy", "policy.json", "--link", "link.json",
                                          "--study", "study"}),
                         Stderr::capture, OnParentDeath::terminate);
    REQUIRE(started);
    tuner = std::move(*started);
    REQUIRE(eventually(a_minute, [&] { return cluster.text("counter") == "1"; }));
  }

  /// Its exit status, and all that it and its agents have to say.
  RunResult interrupt() const {
    ::kill(tuner.pid, SIGTERM);
    RunResult ended;
    char bytes[4096];
    for (ssize_t n = 0; (n = ::read(tuner.err.get(), bytes, sizeof bytes)) > 0;)
      ended.err.append(bytes, static_cast<std::size_t>(n));
    int status = 0;
    ::waitpid(tuner.pid, &status, 0);
    ended.status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    return ended;
  }

  Cluster cluster;
  Process tuner;
};

}  // namespace

TEST_CASE("a value that the driver refuses is a failed trial with the kernel's own words") {
  const Cluster cluster;
  cluster.change([](FakeDevice& device) {
    device.character.rejects = {{"rx-usecs", 100, 4095, "usecs must be below 100"}};
  });
  const auto ran = cluster.tune();
  CHECK(ran.status == 0);
  CHECK(contains(ran.out, "Improved: rx-usecs=2"));
  const auto failed = in_state(cluster, TrialState::failed);
  REQUIRE_FALSE(failed.empty());
  for (const Trial& trial : failed) {
    CHECK(trial.settings.at("rx-usecs") == 128);
    CHECK(contains(trial.reason, "usecs must be below 100"));
  }
  CHECK(failed.size() == 2);  // dropped after the second
  CHECK(cluster.untouched());
}

TEST_CASE("the profile holds what the driver made of the settings, not what was asked for") {
  const Cluster cluster;
  cluster.change([](FakeDevice& device) { device.character.rounds = {{"rx-usecs", 4}}; });
  cluster.write_policy(R"({"parameters": [{"knob": "rx-usecs", "values": [8, 7, 64]}]})");
  cluster.write_workload("--optimum rx-usecs=4 --noise 0.02");
  const auto ran = cluster.tune();
  CHECK(ran.status == 0);
  CHECK(contains(cluster.text("study/profile.json"), "\"rx-usecs\": 4"));
  CHECK_MESSAGE(contains(ran.out, "rx-usecs = 4 for 7"), ran.out);
  CHECK_MESSAGE(contains(ran.out, "Improved: rx-usecs=4 lowers p99 by "), ran.out);
  CHECK_MESSAGE(contains(ran.out, "Measured was rx-usecs=7, which reads back as that."), ran.out);
  CHECK(cluster.untouched());
}

TEST_CASE("a driver that accepts and ignores cannot make a profile") {
  const Cluster cluster;
  cluster.change([](FakeDevice& device) { device.character.ignores = {"rx-usecs"}; });
  const auto ran = cluster.tune();
  CHECK(ran.status == 3);
  CHECK_MESSAGE(contains(ran.out, "32 is the same as 8, 128 is the same as 8"), ran.out);
  CHECK_MESSAGE(contains(ran.out, "rx-usecs looks inert on this link"), ran.out);
  CHECK(std::ranges::all_of(cluster.trials(),
                            [](const Trial& trial) { return trial.key.candidate == 0; }));
  CHECK(cluster.untouched());
}

TEST_CASE("what stood behind an adaptive mode is there again, whatever a study writes behind it") {
  const Settings start{{"adaptive-rx", 1}, {"rx-usecs", 16}};
  for (const Character& character :
       {Character{}, Character{.shows_while_adaptive = {{"rx-usecs", 64}}, .rung_step = 8}}) {
    FakeDevice device = fake_device("eth", start);
    device.character = character;
    const Cluster cluster(device);
    cluster.write_policy(R"({"parameters": [{"knob": "adaptive-rx", "values": [1, 0]},
                                            {"knob": "rx-usecs", "values": [8, 0, 2]}]})");
    // The values have been read back when the first trial fails, and the study with it.
    cluster.write_workload("--crash-when adaptive-rx=1");
    CHECK(cluster.tune().status == 1);
    CHECK(std::ranges::any_of(cluster.device("a").journal, [](const JournalEntry& entry) {
      return entry.settings.contains("rx-usecs") && entry.settings.at("rx-usecs") == 2;
    }));
    CHECK(cluster.untouched());
  }
}

TEST_CASE("a study whose candidates all fail claims nothing: no profile, and exit status 1") {
  const Cluster cluster;
  cluster.write_policy(R"({"parameters": [{"knob": "rx-usecs", "values": [2, 8]}]})");
  cluster.write_workload("--crash-when rx-usecs=2");
  const auto ran = cluster.tune();
  CHECK(ran.status == 1);
  CHECK_MESSAGE(contains(ran.err, "no candidate could be compared with the baseline"), ran.err);
  CHECK_MESSAGE(contains(ran.out, "No verdict: no candidate could be compared"), ran.out);
  CHECK_FALSE(fs::exists(cluster.path("study/profile.json")));
  CHECK(cluster.untouched());
}

TEST_CASE("a driver that shows what it does not do finds no winner, for only measurement counts") {
  const Cluster cluster;
  cluster.change([](FakeDevice& device) { device.character.lies = {"rx-usecs"}; });
  const auto ran = cluster.tune();
  CHECK(ran.status == 3);
  CHECK_MESSAGE(contains(ran.out, "rx-usecs looks inert on this link"), ran.out);
  CHECK(cluster.untouched());
}

TEST_CASE("a driver that refuses its own default is found out in the rehearsal, before any trial") {
  const Cluster cluster;
  cluster.change([](FakeDevice& device) { device.character.refuses_its_default = {"rx-usecs"}; });
  const auto ran = cluster.tune();
  CHECK(ran.status == 1);
  CHECK(contains(ran.err, "rehearsal of the restore failed"));
  CHECK(contains(ran.err, "rx-usecs"));
  CHECK(cluster.trials().empty());
  CHECK(cluster.snapshots() > 0);  // what it was is still on record
}

TEST_CASE("a driver that resets values with the mode is put back to every value it had") {
  const Cluster cluster(fake_device("eth", {{"adaptive-rx", 0}, {"rx-usecs", 13}}));
  cluster.change([](FakeDevice& device) {
    device.character.mode_resets = {{"adaptive-rx", {{"rx-usecs", 8}}}};
  });
  cluster.write_policy(R"({"parameters": [{"knob": "adaptive-rx", "values": [0, 1]},
                                          {"knob": "rx-usecs", "values": [2, 64]}]})");
  const auto ran = cluster.tune();
  CHECK((ran.status == 0 || ran.status == 3));
  CHECK(cluster.untouched());
}

TEST_CASE("a foreign write voids the trial that it fell into, and is named") {
  const Cluster cluster;
  cluster.nic("a").change([](FakeHost& host) {
    host.devices.front().character.foreign_writer =
        ForeignWriter{.nth = 20, .settings = {{"rx-usecs", 77}}};
  });
  const auto ran = cluster.tune();
  CHECK(ran.status == 0);
  const auto voided = in_state(cluster, TrialState::void_trial);
  REQUIRE(voided.size() == 1);
  CHECK_MESSAGE(contains(voided.front().reason, "eth-a"), voided.front().reason);
  CHECK_MESSAGE(contains(voided.front().reason, "77"), voided.front().reason);
  CHECK(cluster.untouched());
}

namespace {

/// What the device was told right after each of its last `count` writes of rx-usecs `value`.
std::vector<std::int64_t> written_after(const FakeDevice& device, std::int64_t value,
                                        std::size_t count) {
  std::vector<std::int64_t> next;
  for (std::size_t i = device.journal.size() - 1; i-- > 0 && next.size() < count;) {
    if (device.journal[i].settings.at("rx-usecs") == value)
      next.push_back(device.journal[i + 1].settings.at("rx-usecs"));
  }
  return next;
}

}  // namespace

TEST_CASE(
    "a crash, a hang and garbage are failed trials: stderr is kept, the baseline back at once") {
  const std::pair<const char*, const char*> troubles[] = {{"--crash-when", "killed by signal 11"},
                                                          {"--hang-when", "no end within 5 s"},
                                                          {"--garbage-when", "wrong output"}};
  for (const auto& [option, reason] : troubles) {
    CAPTURE(option);
    const Cluster cluster;
    cluster.write_policy(Cluster::usual_space, "", 5);
    cluster.write_workload(fmt::format(
        "--optimum rx-usecs=2 --noise 0.02 --stderr about-to-fail {} rx-usecs=128", option));
    const auto ran = cluster.tune();
    CHECK(ran.status == 0);
    const auto failed = in_state(cluster, TrialState::failed);
    REQUIRE(failed.size() == 2);
    CHECK_MESSAGE(contains(failed.front().reason, reason), failed.front().reason);
    CHECK(contains(failed.front().workload_stderr, "about-to-fail"));
    CHECK(written_after(cluster.device("a"), 128, 2) == std::vector<std::int64_t>{8, 8});
    CHECK(cluster.untouched());
  }
}

TEST_CASE("a baseline that cannot be measured ends the study with the workload's words") {
  const Cluster cluster;
  cluster.write_workload("--optimum rx-usecs=2 --stderr no-such-device --crash-when rx-usecs=8");
  const auto ran = cluster.tune();
  CHECK(ran.status == 1);
  CHECK(contains(ran.err, "the baseline itself cannot be measured"));
  CHECK(contains(ran.err, "no-such-device"));
  CHECK(cluster.untouched());
  const auto told = cluster.run({"report", "study"});
  CHECK_MESSAGE(contains(told.out, "No verdict: the baseline itself cannot be measured"), told.out);
  CHECK_FALSE(contains(told.out, "--resume"));
}

TEST_CASE("a baseline that fails once is measured again: no round is lost, and the study ends") {
  const Cluster cluster;
  cluster.write_workload(
      "--optimum rx-usecs=2 --noise 0.02 --crash-when rx-usecs=8 --crash-once-after 11");
  const auto ran = cluster.tune();
  CHECK(ran.status == 0);
  const auto failed = in_state(cluster, TrialState::failed);
  REQUIRE(failed.size() == 1);
  CHECK(failed.front().key.candidate == 0);
  CHECK(failed.front().key.phase == Phase::search);
  const auto measured = in_state(cluster, TrialState::complete);
  CHECK(std::ranges::find(measured, failed.front().key, &Trial::key) != measured.end());
  CHECK(fs::exists(cluster.path("study/profile.json")));
  CHECK(cluster.untouched());
}

TEST_CASE("a device that vanishes ends the study with its name, and its snapshot stays on record") {
  const Cluster cluster;
  cluster.nic("b").change([](FakeHost& host) { host.devices.front().character.gone_after = 12; });
  const auto ran = cluster.tune();
  CHECK(ran.status == 1);
  CHECK(contains(ran.err, "eth-b"));
  CHECK(cluster.device("a").settings == cluster.device("a").initial);
  CHECK(cluster.snapshots() == 1);
}

TEST_CASE(
    "what an agent leaves that is killed alone, in the middle of a trial, the study puts back") {
  const Cluster cluster;
  const auto in_force = [&] { return cluster.device("a").settings != cluster.device("a").initial; };
  auto tuner = start(cluster.command({"tune", "--policy", "policy.json", "--link", "link.json",
                                      "--study", "study"}),
                     Stderr::capture, OnParentDeath::terminate);
  REQUIRE(tuner);
  // The tuner stands still, or the candidate might be gone before the kill.
  REQUIRE(eventually(a_minute, [&] {
    if (!in_force()) return false;
    ::kill(tuner->pid, SIGSTOP);
    if (in_force()) return true;
    ::kill(tuner->pid, SIGCONT);
    return false;
  }));
  const auto owner =
      SnapshotStore(cluster.path("state"))
          .holder({.netdev = "eth-a", .network_namespace = here().network_namespace});
  REQUIRE(owner);
  REQUIRE(owner->has_value());
  const std::string before = "agent: process ";
  const auto found = (*owner)->find(before);
  REQUIRE(found != std::string::npos);
  REQUIRE(::kill(std::stoi((*owner)->substr(found + before.size())), SIGKILL) == 0);
  ::kill(tuner->pid, SIGCONT);
  int status = 0;
  ::waitpid(tuner->pid, &status, 0);
  CHECK(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 1);
  CHECK(cluster.untouched());
}

TEST_CASE(
    "firmware that hangs for good leaves the snapshot, and restore puts back when it is well") {
  const Cluster cluster;
  cluster.nic("a").change([](FakeHost& host) { host.devices.front().character.fails_after = 15; });
  const auto ran = cluster.tune();
  CHECK(ran.status == 1);
  REQUIRE(cluster.snapshots() > 0);
  cluster.nic("a").change([](FakeHost& host) {
    host.devices.front().character.fails_after.reset();
    host.devices.front().settings["rx-usecs"] = 99;
  });
  // Pretended hosts share their snapshots, and "b" has no such device: so just "a" is asked.
  const std::string launch = (binary_dir / "tests/fake-agent").string() + " --nic {host}.json";
  const auto told = cluster.run({"restore", "--dry-run", "--hosts", "a", "--launch", launch});
  CHECK(told.status == 0);
  CHECK(contains(told.out, "would be put back"));
  CHECK(cluster.device("a").settings.at("rx-usecs") == 99);
  const auto restored = cluster.run({"restore", "--hosts", "a", "--launch", launch});
  CHECK(restored.status == 0);
  CHECK(cluster.untouched());
}

TEST_CASE("an interruption tells that the settings are restored, and how to go on") {
  const HangingStudy study;
  const auto ended = study.interrupt();
  CHECK(ended.status == 128 + SIGTERM);
  CHECK_MESSAGE(contains(ended.err, "interrupted; settings restored; continue with"), ended.err);
  CHECK(study.cluster.untouched());
  const auto told = study.cluster.run({"report", "study"});
  CHECK_MESSAGE(contains(told.out, "No verdict: the study is not finished."), told.out);
  CHECK_FALSE(contains(told.out, "report.html"));
}

TEST_CASE("an interruption does not tell of a restore that failed: it names what is to be done") {
  const HangingStudy study;
  // What only a write can put back, and firmware that takes none any more.
  study.cluster.nic("a").change([](FakeHost& host) {
    host.devices.front().settings["rx-usecs"] = 99;
    host.devices.front().character.fails_after = 0;
  });
  const auto ended = study.interrupt();
  CHECK(ended.status == 128 + SIGTERM);
  CHECK_FALSE(contains(ended.err, "settings restored"));
  CHECK_MESSAGE(contains(ended.err, "putting the link back: a: eth-a does not take"), ended.err);
  CHECK_MESSAGE(contains(ended.err, "try: `moderato restore`"), ended.err);
  CHECK(study.cluster.snapshots() == 1);
}

TEST_CASE("a knob that the device does not have is refused by name before anything is written") {
  const Cluster cluster;
  cluster.write_policy(R"({"parameters": [{"knob": "rx-usecs-low", "values": [0, 16]}]})");
  const auto ran = cluster.tune();
  CHECK(ran.status == 1);
  CHECK(contains(ran.err, "rx-usecs-low"));
  CHECK(contains(ran.err, "a/eth-a"));
  CHECK(cluster.device("a").journal.empty());
  CHECK_FALSE(fs::exists(cluster.path("study")));
}

TEST_CASE("endpoints of different kinds are refused: no one profile fits them") {
  const Cluster cluster;
  cluster.nic("b").change([](FakeHost& host) { host.devices.front().facts.driver = "ice"; });
  const auto ran = cluster.tune();
  CHECK(ran.status == 2);
  CHECK(contains(ran.err, "different kinds of NIC"));
  CHECK(cluster.untouched());
}

TEST_CASE("an agent that cannot be started is an error that names the host and what to do") {
  const Cluster cluster;
  std::string link = cluster.text("link.json");
  link.replace(link.find("fake-agent"), 10, "nofake-agent");
  cluster.write("link.json", link);
  const auto ran = cluster.tune();
  CHECK(ran.status == 1);
  CHECK_MESSAGE(contains(ran.err, "the agent on a cannot be started"), ran.err);
  CHECK(contains(ran.err, "nofake-agent"));
  CHECK(contains(ran.err, "try: "));
}

TEST_CASE("interrupted and resumed a study ends as it would have, trial for trial") {
  const Cluster whole, parted;
  // Without noise: a trial cut short and repeated draws other noise, which may choose other
  // finalists.
  for (const Cluster* cluster : {&whole, &parted})
    cluster->write_workload("--optimum rx-usecs=2");
  REQUIRE(whole.tune().status == 0);
  for (int i = 0; i < 4; ++i) {
    auto command = i == 0 ? parted.command({"tune", "--policy", "policy.json", "--link",
                                            "link.json", "--study", "study"})
                          : parted.command({"tune", "--resume", "study"});
    parted.interrupt(command, 5, i % 2 == 0 ? SIGKILL : SIGTERM);
  }
  const auto last = parted.run({"tune", "--resume", "study"});
  CHECK(last.status == 0);
  const auto one = whole.trials(), other = parted.trials();
  REQUIRE(one.size() == other.size());
  for (std::size_t i = 0; i < one.size(); ++i) {
    CHECK(one[i].key.round == other[i].key.round);
    CHECK(one[i].key.candidate == other[i].key.candidate);
    CHECK(one[i].settings == other[i].settings);
  }
}

TEST_CASE("a study is not resumed on a device that has changed") {
  const Cluster cluster;
  REQUIRE(cluster.tune().status == 0);
  cluster.change([](FakeDevice& device) { device.facts.firmware = "17.0"; });
  const auto ran = cluster.run({"tune", "--resume", "study"});
  CHECK(ran.status == 1);
  CHECK(contains(ran.err, "firmware"));
  CHECK(cluster.untouched());
}

TEST_CASE("root's study neither starts nor goes on in a folder that somebody else can write") {
  if (::geteuid() != 0) {
    fmt::print("SKIPPED: needs root to give a folder away\n");
    return;
  }
  const Cluster cluster;
  cluster.write_policy(R"({"parameters": [{"knob": "rx-usecs", "values": [2]}]})");
  fs::create_directory(cluster.path("study"));
  REQUIRE(::chown(cluster.path("study").c_str(), 12345, 12345) == 0);
  const auto ran = cluster.tune();
  CHECK(ran.status == 2);
  CHECK_MESSAGE(contains(ran.err, "study belongs to user 12345"), ran.err);
  CHECK(fs::is_empty(cluster.path("study")));
  REQUIRE(cluster.run({"tune", "--policy", "policy.json", "--link", "link.json", "--study", "own"})
              .status == 0);
  fs::permissions(cluster.path("own"), fs::perms::group_write, fs::perm_options::add);
  const auto resumed = cluster.run({"tune", "--resume", "own"});
  CHECK(resumed.status == 2);
  CHECK_MESSAGE(contains(resumed.err, "can be written by others"), resumed.err);
  CHECK(cluster.run({"report", "own"}).status == 0);
  CHECK(cluster.untouched());
}

}  // namespace moderato
