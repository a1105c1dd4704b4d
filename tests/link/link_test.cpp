// SPDX-License-Identifier: Apache-2.0
#include "link/link.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

#include <fstream>

#include "temporary_folder.hpp"

namespace moderato {
namespace {

const Link lab{
    "lab", {{"node7", {"ssh", "node7"}, "eth2", "10.1.0.7"}, {"node8", {}, "eth3", "10.1.0.8"}}};

void check_faults(const std::string& text, const std::vector<std::string>& parts) {
  const auto link = parse_link(text, "lab.json");
  REQUIRE_FALSE(link);
  CHECK(link.error().fault == Fault::document);
  for (const std::string& part : parts)
    CHECK_MESSAGE(link.error().message.find(part) != std::string::npos, link.error().message);
}

}  // namespace

TEST_CASE("a link document reads back as it was written") {
  const auto link = parse_link(to_json(lab), "lab.json");
  REQUIRE(link);
  CHECK(link->name == lab.name);
  REQUIRE(link->endpoints.size() == 2);
  for (std::size_t i = 0; i < 2; ++i) {
    CHECK(link->endpoints[i].host == lab.endpoints[i].host);
    CHECK(link->endpoints[i].launch_prefix == lab.endpoints[i].launch_prefix);
    CHECK(link->endpoints[i].netdev == lab.endpoints[i].netdev);
    CHECK(link->endpoints[i].address == lab.endpoints[i].address);
  }
}

TEST_CASE("a launch prefix may be left out: then the endpoint is on this host") {
  const auto link = parse_link(R"({"schema": "moderato-link/1", "name": "x", "endpoints": [
    {"host": "a", "netdev": "e0", "address": "10.0.0.1"},
    {"host": "b", "netdev": "e1", "address": "10.0.0.2"}]})",
                               "lab.json");
  REQUIRE(link);
  CHECK(link->endpoints[0].launch_prefix.empty());
}

TEST_CASE("every fault of a link document is told, with its place") {
  check_faults(R"({"schema": "moderato-link/1", "name": 3, "endpoints": [
    {"host": "a", "netdev": "e0", "address": "fe80::1"},
    {"host": "b", "netdev": "e1", "adress": "10.0.0.2", "launch_prefix": "ssh b"}]})",
               {"name", "endpoints[0].address", "no IPv4 address", "endpoints[1].adress",
                "did you mean 'address'", "endpoints[1].launch_prefix"});
}

TEST_CASE("a link has two or more endpoints, each with an address of its own") {
  check_faults(R"({"schema": "moderato-link/1", "name": "x", "endpoints": [
    {"host": "a", "netdev": "e0", "address": "10.0.0.1"}]})",
               {"a link has two or more"});
  check_faults(R"({"schema": "moderato-link/1", "name": "x", "endpoints": [
    {"host": "a", "netdev": "e0", "address": "10.0.0.1"},
    {"host": "b", "netdev": "e0", "address": "10.0.0.1"}]})",
               {"endpoints[1].address", "stands twice"});
}

TEST_CASE("an endpoint has a host and a netdev, and no other endpoint has both") {
  check_faults(R"({"schema": "moderato-link/1", "name": "x", "endpoints": [
    {"host": "a", "netdev": "e0", "address": "10.0.0.1"},
    {"host": "a", "netdev": "e0", "address": "10.0.0.2"}]})",
               {"endpoints[1].netdev", "e0 of a stands twice"});
  check_faults(R"({"schema": "moderato-link/1", "name": "x", "endpoints": [
    {"host": "", "netdev": "e0", "address": "10.0.0.1"},
    {"host": "a", "netdev": "", "address": "10.0.0.2"}]})",
               {"endpoints[0].host", "endpoints[1].netdev"});
}

TEST_CASE("a file that is not there is a bad command line that names it") {
  const auto link = read_link("/no/such/link.json");
  REQUIRE_FALSE(link);
  CHECK(link.error().fault == Fault::usage);
  CHECK(link.error().message.find("/no/such/link.json") != std::string::npos);
}

TEST_CASE("root takes no link document that others can write, since it names programs to run") {
  if (::geteuid() != 0) return;  // the case test of the same law counts the skip
  const TemporaryFolder folder;
  const auto file = folder.path() / "lab.json";
  std::ofstream(file) << to_json(lab);
  CHECK(read_link(file));
  std::filesystem::permissions(file, std::filesystem::perms::others_write,
                               std::filesystem::perm_options::add);
  CHECK_FALSE(read_link(file));
}

}  // namespace moderato
