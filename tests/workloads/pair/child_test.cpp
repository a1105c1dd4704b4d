// SPDX-License-Identifier: Apache-2.0
#include "pair/child.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

#include "common/failure.hpp"

using namespace moderato::workloads;
using namespace std::chrono_literals;

namespace {

/// As the kernel prints it: port 18515 is 4853 in hexadecimal.
const std::string table =
    "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid\n"
    "   0: 00000000:4853 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0\n"
    "   1: 0100007F:1F90 0100007F:4854 01 00000000:00000000 00:00000000 00000000     0\n";

std::string failure_of(const std::vector<std::string>& words) {
  try {
    Child(words, Child::Output::to_stderr).require_success(10s);
  } catch (const Failure& failure) {
    return failure.what();
  }
  return "";
}

}  // namespace

TEST_CASE("a listener is one that listens, at the port asked for") {
  CHECK(has_listener(table, 18515));
  CHECK_FALSE(has_listener(table, 18516));  // somebody is connected to it, no more
  CHECK_FALSE(has_listener(table, 8080));   // connected from it
  CHECK_FALSE(has_listener("", 18515));
}

TEST_CASE("how a program ended badly is told") {
  CHECK(failure_of({"true"}).empty());
  CHECK(failure_of({"false"}) == "'false' ended with status 1");
  CHECK(failure_of({"/no/such/program"}) ==
        "cannot start '/no/such/program'; is it installed on this host?");
  CHECK(failure_of({"sh", "-c", "kill -9 $$"}) == "'sh' was ended by signal 9");
}

TEST_CASE("a program that does not end in time is a failure, and is ended") {
  Child sleeper({"sleep", "1000"}, Child::Output::to_stderr);
  sleeper.require_running();
  CHECK_THROWS_AS(sleeper.require_success(20ms), Failure);
}

TEST_CASE("a server that has ended is a failure even if it was content") {
  Child ended({"true"}, Child::Output::to_stderr);
  const auto watch = [&] {
    for (int i = 0; i < 10'000; ++i) {
      ended.require_running();
      ::usleep(1000);
    }
  };
  CHECK_THROWS_AS(watch(), Failure);
}
