// SPDX-License-Identifier: Apache-2.0
#include "knobs/netlink_socket.hpp"

#include <doctest/doctest.h>

#include "recorded_messages.hpp"

using namespace moderato;

TEST_CASE("a dump that a driver's error has ended is not taken for whole") {
  // NLMSG_DONE, which holds the error: none, ENODEV, or nothing (before Linux 3.x).
  const auto done = [](std::string_view payload) {
    return recorded::from_hex("140000000300020001000000fa3b0000" + std::string(payload));
  };
  CHECK(end_of_dump(done("00000000")));
  CHECK(end_of_dump(done("")));
  const auto ended = end_of_dump(done("edffffff"));
  REQUIRE_FALSE(ended);
  CHECK(ended.error().message == "netlink dump: No such device");
}
