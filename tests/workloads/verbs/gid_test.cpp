// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include "common/failure.hpp"
#include "verbs/gid.hpp"

using namespace moderato::workloads;

namespace {

/// As the kernel fills a port's table: link-local, then each address in both versions of RoCE.
std::vector<Gid> table() {
  const std::array<std::uint8_t, 16> link_local{0xfe, 0x80};
  return {{link_local, 0, 1, false},
          {link_local, 1, 1, true},
          {mapped_ipv4("10.0.0.1"), 2, 1, false},
          {mapped_ipv4("10.0.0.1"), 3, 1, true},
          {mapped_ipv4("10.0.0.2"), 4, 1, true},
          {mapped_ipv4("10.0.0.9"), 0, 2, true}};
}

int index_of(const std::string& address, std::optional<int> port) {
  const auto gid = choose_gid(table(), address, port);
  return gid ? gid->index : -1;
}

}  // namespace

TEST_CASE("an IPv4 address is the last four bytes of its GID") {
  const auto gid = mapped_ipv4("192.0.2.33");
  CHECK(gid ==
        std::array<std::uint8_t, 16>{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 192, 0, 2, 33});
}

TEST_CASE("what is no IPv4 address is refused with its name") {
  for (const char* text : {"", "here", "10.0.0", "10.0.0.256", "::1", "10.0.0.1/24"})
    CHECK_THROWS_WITH_AS(mapped_ipv4(text),
                         ("'" + std::string(text) + "' is no IPv4 address").c_str(), Failure);
}

TEST_CASE("the GID of an address is its RoCE v2 one") {
  CHECK(index_of("10.0.0.1", 1) == 3);
  CHECK(index_of("10.0.0.2", 1) == 4);
  CHECK(index_of("10.0.0.3", 1) == -1);
}

TEST_CASE("a port is only searched when it is asked for") {
  CHECK(index_of("10.0.0.9", 1) == -1);
  CHECK(index_of("10.0.0.9", 2) == 0);
  CHECK(index_of("10.0.0.9", {}) == 0);
  CHECK(choose_gid(table(), "10.0.0.9", {})->port == 2);
}

TEST_CASE("without an address, the first that is IPv4") {
  CHECK(index_of("", 1) == 3);
  CHECK_FALSE(choose_gid({table()[0], table()[1], table()[2]}, "", 1));
}
