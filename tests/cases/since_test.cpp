// SPDX-License-Identifier: Apache-2.0
// What comes after an upgrade: status, and studies that ask first whether a ranking stands.
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>

#include "cluster.hpp"

namespace moderato {
namespace {

std::ptrdiff_t count(const std::vector<Trial>& trials, Phase phase) {
  return std::ranges::count_if(trials,
                               [&](const Trial& trial) { return trial.key.phase == phase; });
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
  return text;
}

/// Without noise, so that no luck decides; then 8 rounds prove as much as is needed.
struct Quiet : Cluster {
  Quiet() {
    write_workload("--landscape planted --optimum rx-usecs=2");
    write("policy.json",
          replaced(text("policy.json"), "\"confirm_rounds\": 15", "\"confirm_rounds\": 8"));
  }
};

const Cluster& tuned() {
  static const Quiet cluster;
  static const bool done = cluster.tune().status == 0;
  REQUIRE(done);
  return cluster;
}

/// A cluster with that study, now called "first", after which the firmware has changed.
struct Upgraded : Quiet {
  Upgraded() {
    fs::copy(tuned().path("study"), path("first"), fs::copy_options::recursive);
    write("first/study.json",
          replaced(text("first/study.json"), tuned().folder().string(), folder().string()));
    change([](FakeDevice& device) { device.facts.firmware = "99.1"; });
  }
  RunResult since(std::vector<std::string> more = {}) const {
    std::vector<std::string> words{"tune", "--since", "first/profile.json", "--study", "study"};
    words.insert(words.end(), more.begin(), more.end());
    return run(words);
  }
  void move_the_optimum() const { write_workload("--landscape planted --optimum rx-usecs=32"); }
};

/// The same with the profile installed.
struct Installed : Upgraded {
  Installed() {
    fs::create_directories(path("etc/profiles.d"));
    install("first/profile.json");
  }
  void install(const std::string& profile) const {
    fs::copy_file(path(profile), path("etc/profiles.d/nic.json"),
                  fs::copy_options::overwrite_existing);
  }
  RunResult status(std::vector<std::string> more = {}) const {
    Command asked = command({"status", "--link", "link.json"});
    asked.argv.insert(asked.argv.end(), more.begin(), more.end());
    asked.environment["MODERATO_CONFIG_DIR"] = path("etc");
    auto ran = moderato::run(asked, {.timeout = std::chrono::minutes(20)});
    REQUIRE(ran);
    return *ran;
  }
};

}  // namespace

TEST_CASE("where the optimum has stayed, the ranking stands and nothing is searched") {
  const Upgraded cluster;
  const auto ran = cluster.since({"--profile", "new.json"});
  CHECK_MESSAGE(ran.status == 0, ran.out, ran.err);
  CHECK_MESSAGE(contains(ran.err, "changed since: firmware: 16.35.1012 -> 99.1"), ran.err);
  CHECK_MESSAGE(
      contains(ran.err, "the ranking of first/profile.json stands, because rx-usecs=2 is"),
      ran.err);
  CHECK_MESSAGE(contains(ran.out, "The ranking of first/profile.json stands"), ran.out);
  CHECK(contains(ran.out, "Improved: rx-usecs=2"));
  CHECK(count(cluster.trials(), Phase::search) == 0);
  CHECK(count(cluster.trials(), Phase::reconfirm) > 0);
  CHECK(contains(cluster.text("new.json"), "\"firmware\": \"99.1\""));
  CHECK(contains(cluster.text("new.json"), "\"study\": \"study\""));
  CHECK(cluster.untouched());
  const auto report = cluster.run({"report", "study", "--format", "json"});
  CHECK(nlohmann::json::parse(report.out)["since"]["stands"] == true);
}

TEST_CASE("killed and resumed, a study that asks goes on to search where the optimum has moved") {
  const Upgraded cluster;
  cluster.move_the_optimum();
  cluster.interrupt(cluster.command({"tune", "--since", "first/profile.json", "--study", "study"}),
                    3, SIGKILL);
  cluster.interrupt(cluster.command({"tune", "--resume", "study"}), 17, SIGKILL);
  const auto ran = cluster.run({"tune", "--resume", "study"});
  CHECK_MESSAGE(ran.status == 0, ran.out, ran.err);
  CHECK_MESSAGE(contains(ran.out, "The ranking of first/profile.json does not stand"), ran.out);
  CHECK_MESSAGE(contains(ran.out, "Improved: rx-usecs=32"), ran.out);
  CHECK(count(cluster.trials(), Phase::search) > 0);
  CHECK(contains(cluster.text("study/earlier.json"), "\"log_ratio\""));
  CHECK(cluster.untouched());
}

TEST_CASE("status goes from stale to current when the ranking stands and its profile is in force") {
  const Installed cluster;
  const auto stale = cluster.status();
  CHECK_MESSAGE(stale.status == 4, stale.out, stale.err);
  CHECK_MESSAGE(contains(stale.out, "a/eth-a  class latency  stale  nic.json"), stale.out);
  CHECK(contains(stale.out, "changed: firmware: 16.35.1012 -> 99.1"));
  CHECK(contains(stale.out, "rx-usecs is 8, the profile says 2"));
  REQUIRE(cluster.run({"apply", "first/profile.json", "--link", "link.json"}).status == 0);
  CHECK(cluster.status().status == 4);
  const auto writes = cluster.device("a").journal.size();
  // In force, it is held against what its study began with, and not against itself.
  const auto ran = cluster.since();
  CHECK_MESSAGE(ran.status == 0, ran.out, ran.err);
  CHECK_MESSAGE(contains(ran.out, "Baseline   rx-usecs=8"), ran.out);
  CHECK(contains(ran.out, "Improved: rx-usecs=2"));
  // Nor is what is in force taken for what the old baseline reads back as.
  CHECK_FALSE(contains(cluster.text("study/equal-values.json"), "same_as"));
  CHECK(cluster.device("a").settings.at("rx-usecs") == 2);
  CHECK(cluster.device("a").journal.size() > writes);
  cluster.install("study/profile.json");
  const auto current = cluster.status({"--format", "json"});
  CHECK_MESSAGE(current.status == 0, current.out, current.err);
  const auto json = nlohmann::json::parse(current.out);
  CHECK(json["state"] == "current");
  CHECK(json["rows"].size() == 2);
  CHECK(json["rows"][1]["host"] == "b");
}

TEST_CASE(
    "status tells a host that differs from one without a profile, and refuses a broken file") {
  const Installed cluster;
  cluster.change([](FakeDevice& device) { device.facts.firmware = "16.35.1012"; });
  CHECK(cluster.status().status == 3);
  CHECK(cluster.status({"--class", "latency", "--netdev", "eth-b"}).status == 3);
  CHECK(cluster.status({"--netdev", "eth7"}).status == 2);
  CHECK(cluster.status({"--class", "macro"}).status == 2);
  cluster.write("etc/class", "macro\n");
  const auto none = cluster.status();
  CHECK_MESSAGE(none.status == 5, none.out);
  CHECK(contains(none.out, "a/eth-a  class latency (not active)  differs  nic.json"));
  cluster.write("etc/profiles.d/bad.json", "{");
  const auto broken = cluster.status();
  CHECK(broken.status == 2);
  CHECK(contains(broken.err, "bad.json"));
  CHECK(cluster.untouched());
}

TEST_CASE("a dry run of a study that asks tells how many trials that takes, and touches nothing") {
  const Upgraded cluster;
  const auto writes = cluster.device("a").journal.size();
  const auto ran = cluster.since({"--dry-run"});
  CHECK(ran.status == 0);
  CHECK_MESSAGE(contains(ran.out, "the ranking of first/profile.json (study 'study', "), ran.out);
  CHECK_MESSAGE(contains(ran.out, " trials at most (2 calibration rounds, 8 confirmation rounds)"),
                ran.out);
  CHECK(cluster.device("a").journal.size() == writes);
  CHECK_FALSE(fs::exists(cluster.path("study")));
}

TEST_CASE("root takes policy and link from no study that somebody else could have written") {
  if (::geteuid() != 0) {
    fmt::print("SKIPPED: only root is that careful\n");
    return;
  }
  const Upgraded cluster;
  fs::rename(cluster.path("first"), cluster.path("study"));
  fs::rename(cluster.path("study/profile.json"), cluster.path("alone.json"));
  const std::vector<std::string> words{"tune", "--since", "alone.json", "--dry-run"};
  CHECK(cluster.run(words).status == 0);
  for (const char* file : {"study/study.json", "study/policy.json", "study"}) {
    REQUIRE(::chown(cluster.path(file).c_str(), 12345, 12345) == 0);
    const auto refused = cluster.run(words);
    CHECK(refused.status == 2);
    CHECK_MESSAGE(contains(refused.err, "name it with --link"), refused.err);
    REQUIRE(::chown(cluster.path(file).c_str(), 0, 0) == 0);
  }
}

TEST_CASE("a profile whose study is gone needs a link; one for other devices is refused") {
  const Upgraded cluster;
  fs::copy_file(cluster.path("first/profile.json"), cluster.path("alone.json"));
  fs::remove_all(cluster.path("first"));
  const std::vector<std::string> words{"tune", "--since", "alone.json", "--study", "study"};
  const auto unknown = cluster.run(words);
  CHECK(unknown.status == 2);
  CHECK_MESSAGE(contains(unknown.err, "--link"), unknown.err);
  auto with_link = words;
  with_link.insert(with_link.end(), {"--link", "link.json", "--policy", "policy.json"});
  auto dry = with_link;
  dry.emplace_back("--dry-run");
  CHECK(contains(cluster.run(dry).out, "which is gone"));
  cluster.change([](FakeDevice& device) { device.facts.driver = "ice"; });
  const auto foreign = cluster.run(with_link);
  CHECK(foreign.status == 2);
  CHECK_MESSAGE(contains(foreign.err, "alone.json is not for a/eth-a"), foreign.err);
  CHECK_FALSE(fs::exists(cluster.path("study")));
  CHECK(cluster.untouched());
}

}  // namespace moderato
