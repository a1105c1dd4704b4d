// SPDX-License-Identifier: Apache-2.0
// What is left of a study that is killed: nothing.
#include <random>

#include "lab.hpp"

namespace moderato {
namespace {

// The agents promise two seconds, on a host that lets them run.
constexpr auto promised = 60s;

/// Both ends back in time, then every process gone, no snapshot left; called right after the kill.
void check_put_back(const Lab& lab) {
  CHECK(eventually(promised, [&] { return lab.at_baseline(); }));
  // An mpirun that has lost its tuner takes seconds to wind up its own daemons.
  CHECK(eventually(60s, [&] { return lab.processes() == 0; }));
  CHECK(lab.process_names() == "");
  CHECK(lab.snapshots() == 0);
  CHECK(lab.settings() == lab.baseline());
}

bool wait_for_change(const Lab& lab) {
  return eventually(120s, [&] { return !lab.at_baseline(); });
}

/// Stops the tuner while the settings are not the baseline's.
void freeze_in_a_change(const Lab& lab, const Background& tuner) {
  REQUIRE(eventually(120s, [&] {
    if (lab.at_baseline()) return false;
    tuner.send(SIGSTOP);
    if (!lab.at_baseline()) return true;
    tuner.send(SIGCONT);  // a trial of the baseline had begun
    return false;
  }));
}

/// Somewhere in the life of a study, its start included.
void wait_at_random(std::mt19937& random) {
  std::this_thread::sleep_for(std::chrono::milliseconds(random() % 3000));
}

/// `times` studies, each ended with `number` at a random moment; every other one has changed the
/// settings by then.
void kill_at_random(const Lab& lab, int times, int number, unsigned seed) {
  std::mt19937 random(seed);
  for (int i = 0; i < times; ++i) {
    CAPTURE(i);
    Background tuner(lab.tune(fmt::format("study-{}-{}", number, i)));
    if (i % 2 == 0) {
      wait_at_random(random);
    } else {
      REQUIRE(wait_for_change(lab));
    }
    tuner.send(number);
    check_put_back(lab);
    const int status = tuner.wait();
    if (number == SIGKILL) {
      CHECK(status == -SIGKILL);
    } else {
      // At its very start it does not listen yet.
      CHECK((status == 128 + number || (i % 2 == 0 && status == -number)));
    }
  }
}

}  // namespace

TEST_CASE("a tuner killed at any moment leaves the baseline, no process and no snapshot") {
  if (!lab_possible()) return;
  const Lab lab;
  kill_at_random(lab, 20, SIGKILL, 1);
}

TEST_CASE("a closed terminal leaves the baseline, and the status says 128+1") {
  if (!lab_possible()) return;
  const Lab lab;
  kill_at_random(lab, 10, SIGHUP, 2);
}

TEST_CASE("an interrupt and a termination leave the baseline, with status 128+n") {
  if (!lab_possible()) return;
  const Lab lab;
  kill_at_random(lab, 4, SIGINT, 3);
  kill_at_random(lab, 4, SIGTERM, 4);
}

TEST_CASE(
    "a killed workload is one failed trial: the baseline is back at once, the study goes on") {
  if (!lab_possible()) return;
  const Lab lab;
  std::mt19937 random(5);
  for (int i = 0; i < 10; ++i) {
    CAPTURE(i);
    const std::string study = fmt::format("study-{}", i);
    Background tuner(lab.tune(study));
    REQUIRE(wait_for_change(lab));
    std::this_thread::sleep_for(std::chrono::milliseconds(random() % 200));
    // Between two trials there is no workload.
    REQUIRE(eventually(60s, [&] { return lab.signal_inside("moderato-socket", SIGKILL) > 0; }));
    CHECK(eventually(promised, [&] { return lab.at_baseline(); }));
    CHECK(wait_for_change(lab));
    tuner.send(SIGTERM);
    CHECK(tuner.wait() == 128 + SIGTERM);
    check_put_back(lab);
    const auto journal = read_file(lab.folder() / study / "trials.jsonl");
    REQUIRE(journal);
    CHECK(journal->find("\"failed\"") != std::string::npos);
  }
}

TEST_CASE("after tuner and agents were killed, restore puts the baseline back from the disk") {
  if (!lab_possible()) return;
  const Lab lab;
  for (int i = 0; i < 5; ++i) {
    Background tuner(lab.tune(fmt::format("study-{}", i)));
    freeze_in_a_change(lab, tuner);  // so that it cannot put anything back between the two kills
    lab.signal_inside("agent", SIGKILL);
    tuner.send(SIGKILL);
    tuner.wait();
    CHECK(eventually(promised, [&] { return lab.processes() == 0; }));
    CHECK(lab.snapshots() == 2);
    const auto told =
        run(lab.command({"restore", "--dry-run", "--link", lab.link_file()}), {.timeout = 600s});
    REQUIRE(told);
    CHECK(told->out.find("would be put back") != std::string::npos);
    CHECK(lab.snapshots() == 2);
    const auto restored =
        run(lab.command({"restore", "--link", lab.link_file()}), {.timeout = 600s});
    REQUIRE(restored);
    CHECK(restored->status == 0);
    CHECK(restored->out.find("put back") != std::string::npos);
    CHECK(lab.at_baseline());
    CHECK(lab.snapshots() == 0);
  }
}

TEST_CASE("after tuner and agents were killed, the next study puts the baseline back first") {
  if (!lab_possible()) return;
  const Lab lab;
  Background tuner(lab.tune("first"));
  freeze_in_a_change(lab, tuner);
  lab.signal_inside("agent", SIGKILL);
  tuner.send(SIGKILL);
  tuner.wait();
  REQUIRE_FALSE(lab.at_baseline());
  lab.write_policy(5, 1);
  Background next(lab.tune("second"));
  const int status = next.wait();
  CHECK((status == 0 || status == 3));
  CHECK(next.err().find("put back to the settings of") != std::string::npos);
  const auto header = read_file(lab.folder() / "second/study.json");
  REQUIRE(header);
  CHECK(header->find("\"gro-flush-timeout\": 50000") != std::string::npos);
  check_put_back(lab);
}

TEST_CASE("a tuner that is woken just when its agents give the baseline back ends, and says why") {
  if (!lab_possible()) return;
  const Lab lab;
  lab.write_policy(3);  // a busy host may keep a tuner from beating for a second
  for (int i = 0; i < 3; ++i) {
    Background tuner(lab.tune(fmt::format("study-{}", i)));
    freeze_in_a_change(lab, tuner);
    // The first agent that takes the tuner for dead forgets its snapshot.
    REQUIRE(eventually(60s, [&] { return lab.snapshots() < 2; }));
    tuner.send(SIGCONT);
    REQUIRE(eventually(60s, [&] { return tuner.ended(); }));
    CHECK(tuner.wait() == 1);
    CHECK(tuner.err().find("no sign of life") != std::string::npos);
    check_put_back(lab);
  }
}

TEST_CASE("a frozen tuner is taken for dead after the policy's time, and its study can go on") {
  if (!lab_possible()) return;
  const Lab lab;
  lab.write_policy(3);  // a busy host may keep a tuner from beating for a second
  Background tuner(lab.tune("study"));
  freeze_in_a_change(lab, tuner);
  // Not the baseline alone: that may also be a trial of it, and then nobody was taken for dead.
  CHECK(eventually(3s + promised, [&] { return lab.snapshots() == 0; }));
  CHECK(lab.at_baseline());
  tuner.send(SIGCONT);
  REQUIRE(eventually(promised, [&] { return tuner.ended(); }));
  CHECK(tuner.wait() == 1);
  CHECK(tuner.err().find("no sign of life") != std::string::npos);
  check_put_back(lab);
  Background resumed(lab.resume("study"));
  CHECK(wait_for_change(lab));
  resumed.send(SIGTERM);
  CHECK(resumed.wait() == 128 + SIGTERM);
  check_put_back(lab);
}

}  // namespace moderato
