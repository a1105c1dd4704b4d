// SPDX-License-Identifier: Apache-2.0
// Whole studies over the link that the tool makes itself.
#include <set>

#include "lab.hpp"
#include "tune/study.hpp"

namespace moderato {
namespace {

std::vector<std::string> all_loopbacks() {
  std::vector<std::string> names;
  std::error_code missing;
  for (const auto& entry : fs::directory_iterator("/run/netns", missing)) {
    const std::string name = entry.path().filename();
    if (keeper_of(name)) names.push_back(name);
  }
  return names;
}

/// Those that were not there when the tests began: this may not be the only study on the machine.
std::vector<std::string> loopbacks() {
  static const auto others = all_loopbacks();
  auto names = all_loopbacks();
  std::erase_if(names,
                [](const auto& name) { return std::ranges::find(others, name) != others.end(); });
  return names;
}

Command tune_loopback(const TemporaryFolder& folder) {
  return {{moderato_binary, "tune", "--link", "loopback", "--study",
           (folder.path() / "study").string()},
          {{"MODERATO_STATE_DIR", (folder.path() / "state").string()}}};
}

void check_nothing_remains() {
  CHECK(eventually(60s, [] { return loopbacks().empty(); }));
}

}  // namespace

TEST_CASE("the quickstart comes to a verdict, and leaves nothing but its study") {
  if (!lab_possible()) return;
  REQUIRE(loopbacks().empty());
  const TemporaryFolder folder;
  const auto ran = run(tune_loopback(folder), {.timeout = 1200s});
  REQUIRE(ran);
  INFO(ran->err);
  // On a busy machine the tail may show no difference: then that is what it has to say.
  CHECK((ran->status == 0 || ran->status == 3));
  CHECK(ran->out.find(ran->status == 0 ? "Improved" : "baseline stays") != std::string::npos);
  for (const char* file : {"study.json", "policy.json", "trials.jsonl", "profile.json",
                           "report.html", "report.txt", "report.json"})
    CHECK_MESSAGE(fs::exists(folder.path() / "study" / file), file);
  check_nothing_remains();
}

TEST_CASE("a window ten times shorter than the baseline's is found on the real link") {
  if (!lab_possible()) return;
  const Lab lab;
  REQUIRE(write_file_durably(lab.policy_file(), R"({
    "schema": "moderato-policy/1", "name": "planted", "class": "latency",
    "workloads": [{"use": "udp-pingpong", "parameters": {"iterations": 400, "warmup": 10}}],
    "space": {"parameters": [{"knob": "gro-flush-timeout", "values": [400000, 50000, 500000]}]},
    "objective": {"metric": "median"},
    "measurement": {"calibration_rounds": 2, "search_rounds": 2, "confirm_rounds": 8},
    "safety": {"heartbeat_timeout_s": 600}})"));
  for (const Endpoint& end : lab.link().endpoints)
    REQUIRE(prepare_moderation(end.launch_prefix.back(), end.netdev, 1, 500'000));
  const auto ran = run(lab.tune("study"), {.timeout = 600s});
  REQUIRE(ran);
  INFO(ran->err);
  CHECK(ran->status == 0);
  const auto profile = read_file(lab.folder() / "study/profile.json");
  REQUIRE(profile);
  CHECK(profile->find("\"gro-flush-timeout\": 50000") != std::string::npos);
}

TEST_CASE("the loopback link is gone after the tuner was killed") {
  if (!lab_possible()) return;
  REQUIRE(loopbacks().empty());
  const TemporaryFolder folder;
  Background tuner(tune_loopback(folder));
  REQUIRE(eventually(60s, [] { return loopbacks().size() == 2; }));
  std::this_thread::sleep_for(700ms);
  tuner.send(SIGKILL);
  tuner.wait();
  check_nothing_remains();
}

TEST_CASE("a loopback link whose keeper was killed, too, is removed by the next command") {
  if (!lab_possible()) return;
  REQUIRE(loopbacks().empty());
  const TemporaryFolder folder;
  Background tuner(tune_loopback(folder));
  REQUIRE(eventually(60s, [] { return loopbacks().size() == 2; }));
  std::this_thread::sleep_for(300ms);
  ::kill(*keeper_of(loopbacks().front()), SIGKILL);
  tuner.send(SIGKILL);
  tuner.wait();
  REQUIRE(loopbacks().size() == 2);
  const auto restored = run(
      {{moderato_binary, "restore"}, {{"MODERATO_STATE_DIR", (folder.path() / "state").string()}}},
      {});
  REQUIRE(restored);
  CHECK(restored->out.find("removed moderato-loopback-") != std::string::npos);
  CHECK(loopbacks().empty());
}

TEST_CASE("an interrupted study goes on where it stopped and repeats only the trial in flight") {
  if (!lab_possible()) return;
  const Lab lab;
  lab.write_policy(5, 2);
  std::size_t recorded = 0;
  for (int interruption = 0; interruption < 3; ++interruption) {
    Background tuner(interruption == 0 ? lab.tune("study") : lab.resume("study"));
    const auto longer = [&] {
      const auto record = read_study(lab.folder() / "study");
      return record && record->trials.size() >= recorded + 3;
    };
    REQUIRE(eventually(120s, longer));
    tuner.send(interruption == 1 ? SIGKILL : SIGTERM);
    tuner.wait();
    CHECK(eventually(60s, [&] { return lab.processes() == 0; }));
    recorded = read_study(lab.folder() / "study")->trials.size();
  }
  Background last(lab.resume("study"));
  const int status = last.wait();
  CHECK((status == 0 || status == 3));
  const auto record = read_study(lab.folder() / "study");
  REQUIRE(record);
  std::set<std::string> keys;
  for (const Trial& trial : record->trials) {
    const auto& key = trial.key;
    CHECK(keys.insert(fmt::format("{} {} {} {}", static_cast<int>(key.phase), key.round,
                                  key.candidate, key.replicate))
              .second);
  }
  CHECK(keys.size() == record->trials.size());
}

}  // namespace moderato
