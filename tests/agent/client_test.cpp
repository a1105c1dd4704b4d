// SPDX-License-Identifier: Apache-2.0
#include "agent/client.hpp"

#include <fmt/format.h>

#include <chrono>
#include <fstream>

#include "agent/protocol.hpp"
#include "agent/recover.hpp"
#include "agent/served_agent.hpp"
#include "core/version.hpp"
#include "waiting.hpp"

using namespace moderato;
using namespace std::chrono_literals;

namespace {

/// The pretended NICs of a bench behind the launch prefix that link documents name.
struct Site {
  explicit Site(Character character = {}) : bench(std::move(character)) {
    ::signal(SIGPIPE, SIG_IGN);  // as main does
  }
  Argv prefix() const { return {MODERATO_BINARY_DIR "/tests/fake-agent", "--nic", bench.nic()}; }
  AgentProgram program(std::chrono::milliseconds answer_timeout = patience) const {
    return {"moderato", bench.state_dir(), answer_timeout};
  }
  Agent agent() const {
    auto started = Agent::start("node7", prefix(), program());
    REQUIRE_MESSAGE(started, message_of(started));
    return std::move(*started);
  }

  GuardBench bench;
};

/// A shell script in the agent's place. `answers` are cases over "$who$line", the request; $id is
/// its number.
Argv script(const std::string& answers, const std::string& first = "",
            const std::string& each_time = "") {
  return {"sh", "-c",
          first + "while read -r line; do id=${line#*'\"id\":'}; id=${id%%[,\\}]*}\n" + each_time +
              "case $who$line in\n" + answers + "\nesac; done",
          "script"};
}

std::string saying(const std::string& operation, const std::string& fields) {
  return fmt::format("*'\"op\":\"{}\"'*) echo \"{{\\\"id\\\":$id{}}}\";;\n", operation, fields);
}

std::string hello() {
  return saying("hello",
                fmt::format(R"(,\"protocol\":{},\"version\":\"{}\")", protocol_version, version));
}

Result<Agent> start_script(const Argv& prefix,
                           std::chrono::milliseconds answer_timeout = patience) {
  ::signal(SIGPIPE, SIG_IGN);
  return Agent::start("node7", prefix, {"moderato", "/nowhere", answer_timeout});
}

Error error_of(const Argv& prefix, std::chrono::milliseconds answer_timeout = patience) {
  auto agent = start_script(prefix, answer_timeout);
  REQUIRE_FALSE(agent);
  return agent.error();
}

}  // namespace

TEST_CASE("an agent behind a launch prefix serves its host") {
  const Site site;
  Agent agent = site.agent();
  CHECK(agent.host() == "node7");
  const auto report = agent.probe();
  REQUIRE(report);
  CHECK(to_json(*report) == to_json(fake_discover(site.bench.nic())));
  CHECK(agent.read("eth0", {"rx-usecs"}) == Settings{{"rx-usecs", 16}});
  CHECK(agent.arm("eth0", rx_knobs, 0)->at("rx-usecs") == 16);
  CHECK(agent.write("eth0", {{"rx-usecs", 1}}) == Settings{{"rx-usecs", 1}});
  CHECK(site.bench.settings().at("rx-usecs") == 1);
  site.bench.foreign_write({{"rx-usecs", 64}});
  CHECK(agent.foreign("eth0")->at(0) == "rx-usecs of eth0: 1 -> 64");
  CHECK(agent.restore());
  CHECK(site.bench.settings() == GuardBench::start());
  CHECK(agent.release());
  CHECK(site.bench.store().load()->empty());
}

TEST_CASE("starting an agent changes nothing on its host") {
  const Site site;
  { const Agent agent = site.agent(); }
  CHECK(site.bench.writes().empty());
  CHECK_FALSE(std::filesystem::exists(site.bench.state_dir()));
}

TEST_CASE("letting go of an agent puts the baseline back before it returns") {
  const Site site;
  {
    Agent agent = site.agent();
    require(agent.arm("eth0", rx_knobs, 0));
    require(agent.write("eth0", {{"rx-usecs", 1}}));
  }
  CHECK(site.bench.settings() == GuardBench::start());
  CHECK(site.bench.store().load()->empty());
}

TEST_CASE("what is kept stays") {
  const Site site;
  {
    Agent agent = site.agent();
    require(agent.arm("eth0", rx_knobs, 0));
    require(agent.write("eth0", {{"rx-usecs", 1}}));
    require(agent.keep());
  }
  CHECK(site.bench.settings().at("rx-usecs") == 1);
  CHECK(site.bench.store().load()->empty());
}

TEST_CASE("an agent that expects signs of life gets them without anybody asking") {
  const TemporaryFolder folder;
  const auto log = folder.path() / "log";
  auto agent = start_script(
      script(hello() + saying("arm", ""), "", fmt::format("echo \"$line\" >>{}\n", log.string())));
  REQUIRE(agent);
  const auto heard = [&](const char* text) {
    return read_file(log).value().find(text) != std::string::npos;
  };
  require(agent->arm("eth0", rx_knobs, 0));
  CHECK_FALSE(heard("heartbeat_s"));
  require(agent->arm("eth1", rx_knobs, 0.25));
  CHECK(heard("\"heartbeat_s\":0.25"));
  CHECK(eventually([&] { return heard(R"({"id":0,"op":"beat"})"); }));
}

TEST_CASE("an error of the agent names the host, and keeps its fault and remedy") {
  const Site site({.rejects = {{"rx-usecs", 5000, 9999, "maximum is 4095"}}});
  Agent agent = site.agent();
  require(agent.arm("eth0", rx_knobs, 0));
  const auto refused = agent.write("eth0", {{"rx-usecs", 5000}});
  REQUIRE_FALSE(refused);
  CHECK(refused.error().message.starts_with("node7: eth0 does not take rx-usecs=5000"));
  CHECK(refused.error().message.ends_with("maximum is 4095"));
  const auto missing = agent.read("eth0", {"tx-usecs"});
  REQUIRE_FALSE(missing);
  CHECK(missing.error().fault == Fault::unsupported);
  CHECK_FALSE(missing.error().remedy.empty());
  CHECK(agent.write("eth0", {{"rx-usecs", 1}}));
}

TEST_CASE("a program that is missing is an error that names it and the host") {
  CHECK(error_of({"/no/such/prefix"}).message ==
        "the agent on node7 cannot be started: start '/no/such/prefix': No such file or "
        "directory");
}

TEST_CASE("a prefix that ends at once is an agent that went away") {
  const std::string went_away = "the agent on node7 went away";
  CHECK(error_of({"sh", "-c", "exit 255", "script"}).message == went_away);
  const Error error = error_of({"sh", "-c", "read -r line", "script"});
  CHECK(error.message == went_away);
  CHECK(error.remedy.find("`moderato agent`") != std::string::npos);
}

TEST_CASE("a prefix that talks itself is told apart from one that fails") {
  for (const char* banner : {"echo Welcome to node7", "echo", "echo '{}'", "echo '{\"id\":1'",
                             R"(echo '{"id":1,"unheard":"of"}')"}) {
    const Error error = error_of({"sh", "-c", std::string(banner) + "; cat >/dev/null", "script"});
    CHECK(error.message.starts_with("the agent on node7 talks nonsense: "));
    CHECK(error.remedy.find("launch prefix") != std::string::npos);
  }
}

TEST_CASE("an agent that floods its output ends the conversation" * waiting) {
  // Its input stays open: an agent that cannot be asked is another case.
  const Error error = error_of({"sh", "-c", "exec 3<&0; exec tr '\\0' x </dev/zero", "script"});
  CHECK(error.message.starts_with("the agent on node7 answers with more than"));
}

TEST_CASE("an agent whose output nobody reads any more can still restore") {
  const TemporaryFolder folder;
  const auto restored = folder.path() / "restored";
  Argv babbler = script(hello() + "*) yes;;");
  babbler[2] += "; touch " + restored.string();
  {
    auto agent = start_script(babbler);
    REQUIRE(agent);
    CHECK_FALSE(agent->restore());
  }
  CHECK(std::filesystem::exists(restored));
}

TEST_CASE("an agent that never answers is given up after the time-out") {
  const Error error = error_of({"sh", "-c", "cat >/dev/null", "script"}, 50ms);
  CHECK(error.message == "the agent on node7 did not answer within 50 ms");
}

TEST_CASE("an agent that neither answers nor ends does not hold up the tuner") {
  const Error error = error_of({"sh", "-c", "exec sleep 2", "script"}, 50ms);
  CHECK(error.message == "the agent on node7 did not answer within 50 ms");
}

TEST_CASE("another version or protocol is refused, with both told") {
  const Error version_error =
      error_of(script(saying("hello", R"(,\"protocol\":1,\"version\":\"99.1\")")));
  CHECK(version_error.message ==
        fmt::format("the agent on node7 is moderato 99.1 (protocol 1), this is {} (protocol {})",
                    version, protocol_version));
  CHECK(version_error.remedy == "install the same version on every host");
  CHECK(error_of(
            script(saying("hello", fmt::format(R"(,\"protocol\":99,\"version\":\"{}\")", version))))
            .message.find("(protocol 99)") != std::string::npos);
  CHECK(error_of(script(saying("hello", ""))).message.find("moderato  (protocol 0)") !=
        std::string::npos);
}

TEST_CASE("an agent that dies between two calls is told") {
  auto agent = start_script(script(hello() + "*) exit 1;;"));
  REQUIRE(agent);
  CHECK(message_of(agent->read("eth0", {"rx-usecs"})) == "the agent on node7 went away");
  CHECK(message_of(agent->restore()) == "the agent on node7 went away");
}

TEST_CASE("a late answer is not taken for the answer to the next call" * waiting) {
  const std::string late = R"(*'"id":2,'*) ;;
      *) echo '{"id":2,"settings":{"rx-usecs":1}}'
         echo '{"id":3,"settings":{"rx-usecs":2}}';;)";
  auto agent = start_script(script(hello() + late), 3s);
  REQUIRE(agent);
  CHECK(message_of(agent->read("eth0", {"rx-usecs"})) ==
        "the agent on node7 did not answer within 3000 ms");
  CHECK(agent->read("eth0", {"rx-usecs"}) == Settings{{"rx-usecs", 2}});
}

TEST_CASE("an answer to a call that was never made is nonsense") {
  auto agent = start_script(script(hello() + R"(*) echo '{"id":4711}';;)"));
  REQUIRE(agent);
  CHECK(message_of(agent->restore()).starts_with("the agent on node7 talks nonsense"));
}

TEST_CASE("an agent that could not read the request says so") {
  auto agent = start_script(script(
      hello() + R"(*) echo '{"id":0,"error":{"fault":"document","message":"request: what?"}}';;)"));
  REQUIRE(agent);
  CHECK(message_of(agent->restore()) == "node7: request: what?");
}

TEST_CASE("an agent that no longer reads does not hold its tuner up" * waiting) {
  const std::string answer =
      fmt::format(R"(echo '{{"id":1,"protocol":{},"version":"{}"}}'; exec sleep 1000)",
                  protocol_version, version);
  auto agent = start_script({"sh", "-c", answer, "script"}, 1500ms);
  REQUIRE_MESSAGE(agent, message_of(agent));
  const std::vector<std::string> more_than_a_pipe_takes(20'000, "rx-usecs");
  CHECK(message_of(agent->read("eth0", more_than_a_pipe_takes)) == "the agent on node7 went away");
}

TEST_CASE("an agent that is moved from is nobody's to close") {
  const Site site;
  Agent agent = site.agent();
  require(agent.arm("eth0", rx_knobs, 0.5));
  require(agent.write("eth0", {{"rx-usecs", 1}}));
  {
    Agent moved = std::move(agent);
    CHECK(moved.read("eth0", {"rx-usecs"}) == Settings{{"rx-usecs", 1}});
  }
  CHECK(site.bench.settings() == GuardBench::start());
}

TEST_CASE("recover_host puts back what an agent that was killed left behind") {
  const Site site;
  {
    ServedAgent killed(site.bench);
    killed.arm_and_write(0, {{"rx-usecs", 1}});
    REQUIRE(killed.receive());
    REQUIRE(killed.receive());
    killed.signal(SIGKILL);
    CHECK(killed.wait() == -1);
  }
  const auto told = recover_host("node7", site.prefix(), site.program(), true);
  REQUIRE(told);
  CHECK(told->at(0).starts_with("eth0: would be put back"));
  CHECK(site.bench.settings().at("rx-usecs") == 1);
  const auto done = recover_host("node7", site.prefix(), site.program(), false);
  REQUIRE(done);
  CHECK(done->at(0).starts_with("eth0: put back"));
  CHECK(site.bench.settings() == GuardBench::start());
}

namespace {

/// A host with two namespaces, a and b, that hold snapshots. `outside` is what its own recovery
/// answers; each request is noted in `log`.
Argv host_with_namespaces(const std::filesystem::path& log, const std::string& outside) {
  const std::string told = R"(,\"notes\":[\"eth9: $who\"])";
  const std::string both = told + R"(,\"namespaces\":[\"b\",\"a\",\"b\"])";
  // Behind the prefix stands `moderato agent ...` or `ip netns exec NAME moderato agent ...`.
  return script("outside" + saying("recover", outside) + hello() + saying("pending", both) +
                    saying("recover", told),
                "case $2 in netns) who=$4;; *) who=outside;; esac\n",
                fmt::format("echo \"$who $line\" >>{}\n", log.string()));
}

}  // namespace

TEST_CASE("recover_host reaches every namespace once, also where the host itself fails") {
  const TemporaryFolder folder;
  const AgentProgram program{"moderato", "/nowhere", patience};
  const auto recover = [&](const std::string& name, const std::string& outside) {
    return recover_host("node7", host_with_namespaces(folder.path() / name, outside), program,
                        false);
  };
  const auto well = recover("well", R"(,\"notes\":[\"eth0: put back\"])");
  REQUIRE_MESSAGE(well, message_of(well));
  CHECK(*well == std::vector<std::string>{"eth0: put back", "eth9: a", "eth9: b"});
  const auto ill =
      recover("ill", R"(,\"error\":{\"fault\":\"runtime\",\"message\":\"eth0 refuses\"})");
  CHECK(message_of(ill) == "node7: eth0 refuses");
  for (const char* name : {"well", "ill"}) {
    const std::string log = read_file(folder.path() / name).value();
    for (const char* who : {"outside", "a", "b"}) {
      const std::string call = fmt::format("{} {{\"id\":2,\"op\":\"recover\"", who);
      const auto first = log.find("\n" + call);
      CHECK(first != std::string::npos);
      CHECK(log.find("\n" + call, first + 1) == std::string::npos);
    }
  }
}
