// SPDX-License-Identifier: Apache-2.0
#include "workload/door.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "links.hpp"

using namespace moderato;
using namespace std::string_literals;

namespace {

Door door_of(const std::string& shell = "/bin/bash") {
  return {
      {"alice", 1000, 1000, "/home/alice", shell},
      {"10.0.0.1=ip,netns,exec,a", "10.0.0.2=ssh,node2", "10.0.0.3=env,PATH=/x,run", "10.0.0.4="},
      "/opt/bin/moderato"};
}

std::string why_refused(const std::string& bytes) {
  const auto request = parse_door_request(bytes);
  REQUIRE_FALSE(request);
  CHECK(request.error().fault == Fault::usage);
  return request.error().message;
}

Argv argv_of(const std::string& host, const Argv& words, const Door& door = door_of()) {
  const auto argv = behind_door(door, {host, words});
  REQUIRE(argv);
  return *argv;
}

}  // namespace

TEST_CASE("a request arrives as it was sent") {
  for (const Argv& words :
       {Argv{"orted", "-mca", "ess", "env"}, Argv{""}, Argv{"a", "", "ü  'x'\t"}}) {
    const auto request = parse_door_request(to_bytes({"10.0.0.1", words}));
    REQUIRE(request);
    CHECK(request->host == "10.0.0.1");
    CHECK(request->words == words);
  }
}

TEST_CASE("a torn, empty or endless request is refused") {
  CHECK(why_refused("") == "the door refuses: the request is torn");
  CHECK(why_refused("10.0.0.1\0orted"s) == "the door refuses: the request is torn");
  CHECK(why_refused("10.0.0.1\0"s) == "the door refuses: a host without words");
  CHECK(why_refused("\0"s) == "the door refuses: a host without words");
  CHECK(why_refused("h\0"s + std::string(longest_door_request, 'x') + '\0') ==
        "the door refuses: more than 61440 bytes");
  CHECK(why_refused("h\0"s + std::string(5000, '\0')) == "the door refuses: over 4096 words");
}

TEST_CASE("no line feed reaches a shell of root's, nor another control character") {
  for (const char c : {'\n', '\r', '\x01', '\x1b', '\x7f'})
    CHECK(why_refused("10.0.0.2\0orted"s + c + "id\0"s)
              .starts_with("the door refuses: a control character (0x"));
}

TEST_CASE("whatever is asked for runs as the user, behind the prefix of its host") {
  CHECK(argv_of("10.0.0.1", {"orted"}) == Argv{"ip", "netns", "exec", "a", "/opt/bin/moderato",
                                               "run-as", "alice", "--line", "sh", "6f72746564"});
  CHECK(argv_of("10.0.0.4", {"orted"}) ==
        Argv{"/opt/bin/moderato", "run-as", "alice", "--line", "sh", "6f72746564"});
}

TEST_CASE(
    "no shell on the way finds anything in the words to interpret, and the user's gets them") {
  for (const char* host : {"10.0.0.1", "10.0.0.2"}) {
    const Argv argv = argv_of(host, {"orted;", "'id'", "`id`", "$(id)", "ü"});
    CHECK(argv.back().find_first_not_of("0123456789abcdef") == std::string::npos);
    CHECK(line_from("sh", argv.back()).value() == Argv{"sh", "-c", "orted; 'id' `id` $(id) ü"});
  }
}

TEST_CASE("a line that is torn or made up is refused") {
  CHECK(line_from("sh", "").value() == Argv{"sh", "-c", ""});
  for (const char* digits : {"6", "6g", "orted", "6f 72"}) {
    CAPTURE(digits);
    CHECK_FALSE(line_from("sh", digits));
  }
}

TEST_CASE("a user of csh gets his words read by it, since they are written for it") {
  CHECK(argv_of("10.0.0.4", {"x"}, door_of("/bin/tcsh"))[4] == "/bin/tcsh");
  CHECK(argv_of("10.0.0.4", {"x"}, door_of("/usr/bin/fish"))[4] == "sh");
}

TEST_CASE("a host has to be one of the link, letter by letter") {
  for (const char* host : {"10.0.0", "10.0.0.9", "", "10.0.0.3=env,PATH", "10.0.0.1=ip", "--"}) {
    CAPTURE(host);
    const auto argv = behind_door(door_of(), {host, {"orted"}});
    REQUIRE_FALSE(argv);
    CHECK(argv.error().message == "no endpoint has the address " + std::string(host));
  }
}

TEST_CASE("for a user mpirun stands behind the door, which knows the prefixes, and is not root") {
  WorkloadDescriptor workload = workload_of({"prog"});
  workload.launcher = WorkloadDescriptor::Launcher::mpirun;
  const auto command = build_command(workload, {}, two_namespaces(), installed(), "alice");
  REQUIRE(command);
  const Argv& words = command->argv;
  const Argv begin{"ip", "netns", "exec", "a", "/opt/bin/moderato", "run-job", "env"};
  CHECK(std::equal(begin.begin(), begin.end(), words.begin()));
  const Argv door{"/opt/bin/moderato",        "door", "alice", "10.0.0.1=ip,netns,exec,a",
                  "10.0.0.2=ip,netns,exec,b", "--",   "mpirun"};
  CHECK(std::ranges::search(words, door).size() == door.size());
  CHECK(std::ranges::count(words, "OMPI_MCA_plm_rsh_agent=/opt/bin/moderato knock") == 1);
  CHECK(std::ranges::count(words, "PRTE_MCA_plm_ssh_agent=/opt/bin/moderato knock") == 1);
  CHECK(std::ranges::none_of(words, [](const std::string& word) {
    return word.find("ALLOW_RUN_AS_ROOT") != std::string::npos;
  }));
  CHECK(words.back() == "prog");
}

TEST_CASE("for a user any other launcher becomes him behind the prefix, before anything else") {
  WorkloadDescriptor workload = workload_of({"prog"});
  workload.environment = {{"A", "b"}};
  const auto first_host = build_command(workload, {}, two_namespaces(), installed(), "alice");
  REQUIRE(first_host);
  CHECK(first_host->argv == Argv{"ip", "netns", "exec", "a", "/opt/bin/moderato", "run-as", "alice",
                                 "--", "env", "A=b", "prog"});
  workload.launcher = WorkloadDescriptor::Launcher::hydra;
  const auto hydra = build_command(workload, {}, two_namespaces(), installed(), "alice");
  REQUIRE(hydra);
  const Argv begin{"ip",
                   "netns",
                   "exec",
                   "a",
                   "/opt/bin/moderato",
                   "run-job",
                   "/opt/bin/moderato",
                   "run-as",
                   "alice",
                   "--",
                   "mpiexec.hydra"};
  CHECK(std::equal(begin.begin(), begin.end(), hydra->argv.begin()));
}

TEST_CASE("nobody is at a door that is not there") {
  const auto gone = knock("no-such-door", {"10.0.0.1", {"orted"}});
  REQUIRE_FALSE(gone);
  CHECK(gone.error().message.starts_with("reach the door"));
  CHECK_FALSE(knock("", {"10.0.0.1", {"orted"}}));
  CHECK_FALSE(knock(std::string(108, 'x'), {"10.0.0.1", {"orted"}}));
}
