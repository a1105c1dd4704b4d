// SPDX-License-Identifier: Apache-2.0
#include "agent/server.hpp"

#include "agent/served_agent.hpp"
#include "core/version.hpp"
#include "waiting.hpp"

using namespace moderato;

namespace {

const Settings candidate{{"rx-usecs", 1}, {"rx-frames", 2}};

/// A host whose eth0 a study has set to `candidate`.
struct Study {
  explicit Study(double heartbeat_s = 0, Character character = {}) : bench(std::move(character)) {
    agent.demand({.operation = Operation::hello});
    agent.arm_and_write(heartbeat_s, candidate);
    REQUIRE(agent.receive()->outcome);
    REQUIRE(agent.receive()->outcome);
    if (heartbeat_s == 0) CHECK_FALSE(restored());
  }
  bool restored() const { return bench.settings() == GuardBench::start(); }
  bool forgotten() const { return bench.store().load().value().empty(); }

  GuardBench bench;
  ServedAgent agent{bench};
};

}  // namespace

TEST_CASE("an agent tells version, protocol and host") {
  const GuardBench bench;
  ServedAgent agent(bench);
  const Reply hello = agent.demand({.operation = Operation::hello});
  CHECK(hello.version == version);
  CHECK(hello.protocol == protocol_version);
  CHECK_FALSE(hello.host.empty());
}

TEST_CASE("every operation of the guard is reached over the wire") {
  const GuardBench bench;
  ServedAgent agent(bench);
  const auto reading = Request{.operation = Operation::read, .netdev = "eth0", .knobs = rx_knobs};
  const auto writing =
      Request{.operation = Operation::write, .netdev = "eth0", .settings = candidate};
  agent.demand({.operation = Operation::hello, .owner = "the test"});
  CHECK(agent.demand({.operation = Operation::probe}).report.devices.size() == 2);
  CHECK(agent.demand(reading).settings.at("rx-usecs") == 16);
  CHECK_FALSE(agent.ask(writing).outcome);
  agent.arm();
  CHECK(agent.demand(writing).settings == candidate);
  bench.foreign_write({{"rx-usecs", 64}});
  CHECK(agent.demand({.operation = Operation::foreign, .netdev = "eth0"}).notes.at(0) ==
        "rx-usecs of eth0: 1 -> 64");
  agent.demand({.operation = Operation::restore});
  CHECK(agent.demand(reading).settings.at("rx-usecs") == 16);
  agent.demand(writing);
  CHECK(agent.demand({.operation = Operation::pending})
            .notes.at(0)
            .starts_with("eth0: in use by the test"));
  CHECK(agent.demand({.operation = Operation::recover}).notes.size() == 1);
  agent.demand({.operation = Operation::release});
  CHECK(agent.demand(reading).settings.at("rx-usecs") == 16);
  agent.arm();
  agent.demand(writing);
  agent.demand({.operation = Operation::keep});
  agent.close_input();
  CHECK(agent.wait() == 0);
  CHECK(bench.settings().at("rx-usecs") == 1);
  CHECK(bench.store().load().value().empty());
}

TEST_CASE("requests are answered in order, however the pipe cuts them; a beat is not answered") {
  const GuardBench bench;
  ServedAgent agent(bench);
  const auto hello = [](int id) {
    return encode(Request{.id = id, .operation = Operation::hello}) + "\n";
  };
  const std::string beat = encode(Request{.id = 9, .operation = Operation::beat}) + "\n";
  agent.send(hello(1) + beat + hello(2) + hello(3).substr(0, 5));
  CHECK(agent.receive()->id == 1);
  CHECK(agent.receive()->id == 2);
  agent.send(hello(3).substr(5));
  CHECK(agent.receive()->id == 3);
}

TEST_CASE("end of input restores") {
  Study study;
  study.agent.close_input();
  CHECK(study.agent.wait() == 0);
  CHECK(study.restored());
  CHECK(study.forgotten());
}

TEST_CASE("end of input in the middle of a line restores") {
  Study study;
  study.agent.send(R"({"op":"kee)");
  study.agent.close_input();
  CHECK(study.agent.wait() == 0);
  CHECK(study.restored());
}

TEST_CASE("SIGTERM restores, although the tuner stays silent") {
  Study study;
  study.agent.signal(SIGTERM);
  CHECK(study.agent.wait() == 0);
  CHECK(study.restored());
  CHECK(study.forgotten());
}

TEST_CASE("SIGHUP, SIGINT and SIGQUIT are meant for the tuner" * waiting) {
  for (const int number : {SIGHUP, SIGINT, SIGQUIT}) {
    Study study;
    study.agent.signal(number);
    study.agent.demand({.operation = Operation::hello});
    CHECK_FALSE(study.restored());
    // A signal that was ignored does not hide one that is not.
    study.agent.signal(SIGTERM);
    CHECK(study.agent.wait() == 0);
    CHECK(study.restored());
  }
}

TEST_CASE("a line that is no request is answered, and restores") {
  for (const char* line : {"GET / HTTP/1.1\n", "\n",
                           R"({"op":"reboot"})"
                           "\n",
                           R"({"op":"write","netdev":"eth0","settings":{"rx-usecs":-1}})"
                           "\n"}) {
    Study study;
    study.agent.send(line);
    const auto reply = study.agent.receive();
    REQUIRE(reply);
    CHECK_FALSE(reply->outcome);
    CHECK_FALSE(study.agent.receive());
    CHECK(study.agent.wait() == 0);
    CHECK(study.restored());
    CHECK(study.forgotten());
  }
}

TEST_CASE("a line without an end restores") {
  Study study;
  study.agent.send(std::string(max_protocol_line + 100'000, 'x'));
  CHECK(study.agent.wait() == 0);
  CHECK(study.restored());
}

TEST_CASE("a tuner that no longer listens is dead") {
  Study study;
  study.agent.close_output();
  study.agent.send(Request{.id = 99, .operation = Operation::hello});
  CHECK(study.agent.wait() == 0);
  CHECK(study.restored());
}

TEST_CASE("a missing heartbeat restores, and ends the study's right to write") {
  Study study(0.05);
  CHECK(eventually([&] { return study.restored() && study.forgotten(); }));
  const Reply refused = study.agent.ask(
      {.operation = Operation::write, .netdev = "eth0", .settings = {{"rx-usecs", 3}}});
  REQUIRE_FALSE(refused.outcome);
  CHECK(refused.outcome.error().message.starts_with("no sign of life from the tuner in time"));
  CHECK(study.agent.ask({.operation = Operation::hello}).outcome);
  CHECK(study.restored());
  study.agent.close_input();
  CHECK(study.agent.wait() == 0);
  CHECK(study.agent.errors().find("the tuner has gone silent") != std::string::npos);
}

TEST_CASE("beats keep a study alive" * waiting) {
  Study study(2);
  for (int i = 0; i < 25; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    study.agent.send(Request{.operation = Operation::beat});
  }
  study.agent.demand(
      {.operation = Operation::write, .netdev = "eth0", .settings = {{"rx-usecs", 3}}});
}

TEST_CASE("beats that came while the agent was busy count" * waiting) {
  GuardBench bench({.slow_ms = 1200});
  ServedAgent agent(bench);
  agent.arm_and_write(1, {{"rx-usecs", 1}});
  REQUIRE(eventually([&] { return !bench.writes().empty(); }));
  agent.send(Request{.operation = Operation::beat});
  REQUIRE(agent.receive()->outcome);
  REQUIRE(agent.receive()->outcome);
  CHECK(agent.ask({.operation = Operation::read, .netdev = "eth0", .knobs = rx_knobs}).outcome);
  CHECK(bench.settings().at("rx-usecs") == 1);
}

TEST_CASE("kill -9 leaves the snapshot, and the next agent puts it back") {
  Study study;
  study.agent.signal(SIGKILL);
  CHECK(study.agent.wait() == -1);
  CHECK_FALSE(study.restored());
  CHECK_FALSE(study.forgotten());
  ServedAgent next(study.bench);
  CHECK_FALSE(next.ask({.operation = Operation::arm, .netdev = "eth0", .knobs = rx_knobs}).outcome);
  CHECK(next.demand({.operation = Operation::pending})
            .notes.at(0)
            .starts_with("eth0: would be put back"));
  CHECK_FALSE(study.restored());
  CHECK(next.demand({.operation = Operation::recover}).notes.at(0).starts_with("eth0: put back"));
  CHECK(study.restored());
  next.arm();
}

TEST_CASE("a second agent cannot take a netdev from the first, until that has ended") {
  Study study;
  ServedAgent other(study.bench);
  const Request arming{.operation = Operation::arm, .netdev = "eth0", .knobs = rx_knobs};
  CHECK_FALSE(other.ask(arming).outcome);
  study.agent.close_input();
  CHECK(study.agent.wait() == 0);
  CHECK(other.ask(arming).outcome);
}

TEST_CASE("a missing heartbeat restores although nothing can be written to stderr") {
  const GuardBench bench;
  ServedAgent agent(bench, "/dev/full");
  agent.arm_and_write(0.05, candidate);
  REQUIRE(agent.receive()->outcome);
  REQUIRE(agent.receive()->outcome);
  CHECK(eventually([&] {
    return bench.settings() == GuardBench::start() && bench.store().load().value().empty();
  }));
  CHECK(agent.ask({.operation = Operation::hello}).outcome);
  agent.close_input();
  CHECK(agent.wait() == 0);
}

TEST_CASE("a dead man who could not put the baseline back does not say that he did") {
  Study study(0.05, {.refuses_its_default = {"rx-usecs"}});
  CHECK(eventually([&] { return !study.agent.errors().empty(); }));
  CHECK(study.agent.errors().find("the baseline could not be put back") != std::string::npos);
  const Reply refused = study.agent.ask(
      {.operation = Operation::write, .netdev = "eth0", .settings = {{"rx-usecs", 3}}});
  REQUIRE_FALSE(refused.outcome);
  CHECK(refused.outcome.error().message ==
        "no sign of life from the tuner in time: the baseline could not be put back");
}

TEST_CASE("what could not be put back is told by the exit status, and stays on disk") {
  Study study(0, {.refuses_its_default = {"rx-usecs"}});
  study.agent.close_input();
  CHECK(study.agent.wait() == 1);
  CHECK_FALSE(study.forgotten());
  CHECK(study.agent.errors().find("rx-usecs must not be 16") != std::string::npos);
  CHECK(study.agent.errors().find("`moderato restore` tries again") != std::string::npos);
}

TEST_CASE("what the dead man could not put back is tried again at the end") {
  Study study(0.05, {.refuses_its_default = {"rx-usecs"}});
  CHECK(eventually([&] { return !study.agent.errors().empty(); }));
  study.bench.change([](FakeDevice& device) { device.character = {}; });
  study.agent.close_input();
  CHECK(study.agent.wait() == 0);
  CHECK(study.restored());
  CHECK(study.forgotten());
}
