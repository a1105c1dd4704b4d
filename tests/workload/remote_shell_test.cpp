// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <algorithm>

#include "core/process.hpp"
#include "links.hpp"

using namespace moderato;

namespace {

const std::vector<std::string> map{"10.0.0.1=ip,netns,exec,a", "10.0.0.10=ssh,node10", "10.0.0.2="};

}  // namespace

TEST_CASE("a prefix without a shell gets one for mpirun's line") {
  CHECK(remote_shell(map, "10.0.0.1", {"PATH=/x:$PATH", ";", "orted", "-mca"}) ==
        Argv{"ip", "netns", "exec", "a", "sh", "-c", "PATH=/x:$PATH ; orted -mca"});
}

TEST_CASE("ssh has a shell of its own, and the line is not quoted again") {
  CHECK(remote_shell(map, "10.0.0.10", {"PATH=/x:$PATH", ";", "orted"}) ==
        Argv{"ssh", "node10", "PATH=/x:$PATH ; orted"});
}

TEST_CASE("without a prefix the host is this one") {
  CHECK(remote_shell(map, "10.0.0.2", {"orted"}) == Argv{"sh", "-c", "orted"});
}

TEST_CASE("an address is compared whole") {
  const auto argv = remote_shell(map, "10.0.0", {"orted"});
  REQUIRE_FALSE(argv);
  CHECK(argv.error().fault == Fault::usage);
  CHECK(argv.error().message == "no endpoint has the address 10.0.0");
}

TEST_CASE("the line arrives at a shell as mpirun wrote it") {
  const auto argv = remote_shell(map, "10.0.0.2", {"X='a  b';", "printf", "%s", "\"$X\""});
  REQUIRE(argv);
  const auto ran = run({*argv, {}}, {});
  REQUIRE(ran);
  CHECK(ran->out == "a  b");
}

TEST_CASE("every host of the map that build_command makes is reached by its prefix") {
  WorkloadDescriptor workload = workload_of({"prog"});
  workload.launcher = WorkloadDescriptor::Launcher::mpirun;
  const Link link = two_namespaces();
  const auto command = build_command(workload, {}, link, installed());
  REQUIRE(command);
  const std::string name = "OMPI_MCA_plm_rsh_agent=";
  const auto agent = std::ranges::find_if(
      command->argv, [&](const std::string& word) { return word.starts_with(name); });
  REQUIRE(agent != command->argv.end());
  // "moderato remote-shell MAP... --", split at blanks as mpirun does
  std::vector<std::string> words{""};
  for (const char c : agent->substr(name.size())) {
    if (c == ' ') {
      words.emplace_back();
    } else {
      words.back() += c;
    }
  }
  REQUIRE(words.size() == 5);
  CHECK(words.back() == "--");
  for (const Endpoint& end : link.endpoints)
    CHECK(remote_shell({words.begin() + 2, words.end() - 1}, end.address, {"x"}) ==
          behind(end.launch_prefix, {"sh", "-c", "x"}));
}
