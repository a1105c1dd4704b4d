// SPDX-License-Identifier: Apache-2.0
// What of the loopback link needs no root: which namespaces it takes for its own. The link itself
// is under test in tests/loopback.
#include <doctest/doctest.h>
#include <unistd.h>

#include "link/namespaces.hpp"

namespace moderato {

TEST_CASE("a namespace is the tool's own only by its whole name") {
  CHECK(keeper_of("moderato-loopback-4711-a") == 4711);
  CHECK(keeper_of("moderato-loopback-1-b") == 1);
  for (const char* foreign :
       {"moderato", "moderato-loopback-", "moderato-loopback-a", "moderato-loopback-4711",
        "moderato-loopback-4711-c", "moderato-loopback-4711-ab", "moderato-loopback--1-a",
        "moderato-loopback-0-a", "moderato-loopback-47x11-a", "moderato-knobs-4711-a",
        "my-moderato-loopback-4711-a", "moderato-loopback-99999999999999999999-a"})
    CHECK_MESSAGE(keeper_of(foreign) == std::nullopt, foreign);
}

TEST_CASE("no process is in a namespace that does not exist") {
  CHECK(processes_in("moderato-no-such-namespace").empty());
}

}  // namespace moderato
