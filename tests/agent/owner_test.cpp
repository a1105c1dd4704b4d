// SPDX-License-Identifier: Apache-2.0
#include "agent/owner.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

#include <cstdlib>
#include <string>

#include "agent/protocol.hpp"

using namespace moderato;

TEST_CASE("an owner says what it does, for whom, and which process of which host it is") {
  char host[256] = "";
  ::gethostname(host, sizeof host - 1);
  const std::string owner = owner_text("study /home/a/s");
  CHECK(owner.starts_with("study /home/a/s of user "));
  CHECK(owner.ends_with(" (process " + std::to_string(::getpid()) + " on " + host + ")"));
}

TEST_CASE("behind sudo the owner is the user who has called it") {
  const char* before = std::getenv("SUDO_USER");
  const std::string kept = before == nullptr ? "" : before;
  ::setenv("SUDO_USER", "alice", 1);
  CHECK(owner_text("restore").starts_with("restore of user alice (process "));
  if (before == nullptr) {
    ::unsetenv("SUDO_USER");
  } else {
    ::setenv("SUDO_USER", kept.c_str(), 1);
  }
}

TEST_CASE(
    "whatever a study's folder is called, the agent takes its owner, and the process is named") {
  for (const std::string& folder :
       {std::string("two\nlines\x1b[31m"), std::string(5000, 'x'), std::string(5000, '\xff')}) {
    const auto request =
        decode_request(encode({.operation = Operation::hello, .owner = owner_text(folder)}));
    REQUIRE(request);
    CHECK(request->owner.find("process " + std::to_string(::getpid())) != std::string::npos);
  }
}
