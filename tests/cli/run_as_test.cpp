// SPDX-License-Identifier: Apache-2.0
#include "cli/run_as.hpp"

#include <doctest/doctest.h>

#include <vector>

using namespace moderato;

namespace {

Result<User> find(const std::string& who) {
  static const std::vector<User> known{{"root", 0, 0, "/root", "/bin/bash"},
                                       {"alice", 1000, 1000, "/home/alice", "/bin/bash"},
                                       {"bob", 1001, 1001, "/home/bob", "/bin/bash"}};
  for (const User& user : known)
    if (user.name == who || std::to_string(user.uid) == who) return user;
  return fail(Fault::usage, "there is no user '" + who + "' here", "name one");
}

const Caller root{0, "root", ""};
const Caller sudo_of_alice{0, "root", "1000"};
const Caller alice{1000, "alice", ""};

/// "alice" if that is who runs moderato, "=> alice" if it becomes her, else what is wrong.
std::string shown(const Result<RunAs>& run_as) {
  if (!run_as) return run_as.error().message;
  return (run_as->change ? "=> " : "") + run_as->name;
}

std::string chosen(const std::string& option, const Caller& caller) {
  const auto run_as = choose_user(option, caller, find);
  if (!run_as) CHECK(run_as.error().fault == Fault::usage);
  return shown(run_as);
}

std::string again(const std::string& option, const std::string& recorded, const Caller& caller) {
  const auto run_as = choose_user_again(option, recorded, caller, find);
  if (!run_as) CHECK(run_as.error().fault == Fault::usage);
  return shown(run_as);
}

}  // namespace

TEST_CASE("with sudo, workloads run as who called it") {
  CHECK(chosen("", sudo_of_alice) == "=> alice");
}

TEST_CASE("--run-as counts more than sudo, and root is a choice") {
  CHECK(chosen("bob", sudo_of_alice) == "=> bob");
  CHECK(chosen("1001", sudo_of_alice) == "=> bob");
  CHECK(chosen("root", sudo_of_alice) == "root");
  CHECK(chosen("0", sudo_of_alice) == "root");
}

TEST_CASE("root without sudo stays root unless told, and sudo called by root changes nothing") {
  CHECK(chosen("", root) == "root");
  CHECK(chosen("alice", root) == "=> alice");
  CHECK(chosen("", {0, "root", "0"}) == "root");
}

TEST_CASE("an unknown user is refused, and the variable named where it comes from sudo") {
  CHECK(chosen("carol", root) == "there is no user 'carol' here");
  CHECK(chosen("carol", alice) == "there is no user 'carol' here");
  CHECK(chosen("", {0, "root", "77"}) == "SUDO_UID: there is no user '77' here");
  CHECK(chosen("", {0, "root", "junk"}) == "SUDO_UID: there is no user 'junk' here");
}

TEST_CASE("who is not root runs workloads as himself") {
  CHECK(chosen("", alice) == "alice");
  CHECK(chosen("alice", alice) == "alice");
  CHECK(chosen("1000", alice) == "alice");
  CHECK(chosen("", {1000, "alice", "1001"}) == "alice");  // SUDO_UID is for root to heed
  CHECK(chosen("4711", {4711, "4711", ""}) == "4711");    // whom the host has no name for
  for (const char* other : {"bob", "root"}) {
    const auto refused = choose_user(other, alice, find);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().message.starts_with("workloads cannot run as '" + std::string(other)));
    CHECK(refused.error().remedy == "start it with sudo, or leave --run-as out");
  }
}

TEST_CASE("a study goes on with the user that it had, whoever resumes it") {
  CHECK(again("", "alice", root) == "=> alice");
  CHECK(again("", "bob", sudo_of_alice) == "=> bob");
  CHECK(again("", "root", sudo_of_alice) == "root");
  CHECK(again("", "alice", alice) == "alice");
  CHECK(again("bob", "bob", sudo_of_alice) == "=> bob");
}

TEST_CASE("a study does not go on with another user") {
  CHECK(again("bob", "alice", root) ==
        "the study cannot be resumed with --run-as bob: its workloads have run as 'alice' so far");
  CHECK(again("root", "alice", sudo_of_alice).starts_with("the study cannot be resumed"));
  CHECK(again("", "bob", alice).starts_with("workloads cannot run as 'bob'"));
}

TEST_CASE("a study from before users were recorded goes on as its caller") {
  CHECK(again("", "", sudo_of_alice) == "root");
  CHECK(again("", "", alice) == "alice");
  CHECK(again("alice", "", root) == "=> alice");
}

TEST_CASE("root is told as whom workloads run, others know") {
  CHECK(describe({"alice", true}, root) == "workloads run as user 'alice'");
  CHECK(describe({"root", false}, root).starts_with("workloads run as root; --run-as USER"));
  CHECK(describe({"alice", false}, alice) == "");
}
