// SPDX-License-Identifier: Apache-2.0
#include "boot/everywhere.hpp"

#include <sys/resource.h>

#include "agent/served_agent.hpp"
#include "waiting.hpp"

using namespace moderato;
using namespace std::chrono_literals;

namespace {

std::vector<Target> hosts(const std::vector<std::string>& names, const Argv& launch_prefix = {}) {
  std::vector<Target> targets;
  for (const std::string& name : names)
    targets.push_back({name, launch_prefix, ""});
  return targets;
}

Result<std::string> start_agent(const Target& target, const AgentProgram& program) {
  auto agent = Agent::start(target.host, target.launch_prefix, program);
  if (!agent) return fail(agent);
  return agent->host();
}

}  // namespace

TEST_CASE("outcomes come in the order of the hosts, whichever of them fails") {
  const auto outcomes =
      everywhere<std::string>(hosts({"a", "b", "c"}), {}, 1s,
                              [](const Target& target, const AgentProgram&) -> Result<std::string> {
                                if (target.host == "b") return fail(Fault::runtime, "b is ill");
                                return target.host + " is well";
                              });
  REQUIRE(outcomes.size() == 3);
  CHECK(outcomes[0] == "a is well");
  CHECK(message_of(outcomes[1]) == "b is ill");
  CHECK(outcomes[2] == "c is well");
}

TEST_CASE("a host that does not answer by its deadline is an error that names it, and is let go" *
          waiting) {
  ::signal(SIGPIPE, SIG_IGN);  // as main does
  const TemporaryFolder folder;
  const auto ended = [&](const std::string& host) {
    return std::filesystem::exists(folder.path() / host);
  };
  std::vector<Target> targets;
  for (const char* host : {"a", "b"})
    targets.push_back({host,
                       {"sh", "-c", "trap '>\"$0\"; exit' TERM; while :; do sleep 0.1; done",
                        folder.path() / host},
                       ""});
  const auto outcomes = everywhere<std::string>(targets, {"moderato", "/nowhere"}, 1s, start_agent);
  CHECK(message_of(outcomes[0]) == "the agent on a did not answer within 1000 ms");
  CHECK(message_of(outcomes[1]) == "the agent on b did not answer within 1000 ms");
  CHECK(eventually([&] { return ended("a") && ended("b"); }));
}

TEST_CASE("the deadline is that of the host, not of each answer") {
  const auto begin = std::chrono::steady_clock::now();
  const auto outcomes = everywhere<bool>(
      hosts({"a"}), {}, 1h, [&](const Target&, const AgentProgram& program) -> Result<bool> {
        return program.deadline >= begin + 1h && program.answer_timeout == 1h;
      });
  CHECK(outcomes[0] == true);
}

TEST_CASE("files are allowed for as many agents as there are hosts, as far as may be") {
  rlimit before{};
  REQUIRE(::getrlimit(RLIMIT_NOFILE, &before) == 0);
  rlimit low = before;
  low.rlim_cur = 100;
  REQUIRE(::setrlimit(RLIMIT_NOFILE, &low) == 0);
  allow_open_files_for(20);
  rlimit now{};
  REQUIRE(::getrlimit(RLIMIT_NOFILE, &now) == 0);
  CHECK(now.rlim_cur >= 20 * 8);
  CHECK(now.rlim_max == before.rlim_max);
  allow_open_files_for(1u << 31);
  REQUIRE(::getrlimit(RLIMIT_NOFILE, &now) == 0);
  CHECK(now.rlim_cur == before.rlim_max);
  ::setrlimit(RLIMIT_NOFILE, &before);
}
