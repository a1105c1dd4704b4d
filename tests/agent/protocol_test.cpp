// SPDX-License-Identifier: Apache-2.0
#include "agent/protocol.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <random>

#include "fakes/fake_nic.hpp"
#include "temporary_folder.hpp"

using namespace moderato;

namespace {

constexpr int operation_count = static_cast<int>(Operation::beat) + 1;

std::vector<Request> one_of_each_operation() {
  std::vector<Request> requests;
  for (int i = 0; i < operation_count; ++i)
    requests.push_back({.id = i + 1,
                        .operation = static_cast<Operation>(i),
                        .netdev = "eth0",
                        .rdma = "rxe0",
                        .owner = "study x of user y",
                        .knobs = {"rx-usecs", "gro-flush-timeout"},
                        .settings = {{"adaptive-rx", 1}, {"rx-usecs", 16}},
                        .heartbeat_s = 2.5});
  return requests;
}

Reply full_reply() {
  TemporaryFolder folder;
  const auto path = folder.path() / "nic.json";
  FakeFile(path).save({.devices = {fake_device("eth0", {{"rx-usecs", 16}})}});
  return {.id = 7,
          .outcome = {},
          .host = "node7",
          .version = "0.1.0",
          .protocol = 1,
          .settings = {{"rx-usecs", 16}},
          .notes = {"rx-usecs of eth0: 8 -> 64", "two\nlines, \"quoted\""},
          .namespaces = {"a", "b"},
          .report = fake_discover(path),
          .traffic = {.netdev_packets = 5, .rdma_packets = 0, .netdev_received = 7}};
}

void check_refused(const std::string& line, std::string_view reason) {
  const auto request = decode_request(line);
  INFO(line.substr(0, 200));
  REQUIRE_FALSE(request);
  CHECK(request.error().fault == Fault::document);
  INFO(request.error().message);
  CHECK(request.error().message.find(reason) != std::string::npos);
}

/// `line` with one byte changed, removed, inserted or repeated.
std::string damaged(std::string line, std::mt19937& random) {
  const auto below = [&](std::size_t n) {
    return std::uniform_int_distribution<std::size_t>(0, n - 1)(random);
  };
  const auto at = below(line.size());
  const auto byte = static_cast<char>(below(256));
  switch (below(4)) {
    case 0:
      line[at] = byte;
      break;
    case 1:
      line.erase(at, 1 + below(4));
      break;
    case 2:
      line.insert(at, 1, byte);
      break;
    default:
      line.insert(at, line.substr(at, below(16)));
  }
  return line;
}

/// What the agent relies on, whatever came in.
void check_harmless(const Request& request) {
  CHECK(static_cast<int>(request.operation) >= 0);
  CHECK(static_cast<int>(request.operation) < operation_count);
  CHECK(request.netdev.find('/') == std::string::npos);
  CHECK(request.netdev.find('\0') == std::string::npos);
  CHECK(request.heartbeat_s >= 0);
  for (const auto& id : request.knobs)
    CHECK(find_knob(id) != nullptr);
  for (const auto& [id, value] : request.settings) {
    const Knob* knob = find_knob(id);
    REQUIRE(knob != nullptr);
    CHECK(knob->min <= value);
    CHECK(value <= knob->max);
  }
}

}  // namespace

TEST_CASE("a request of each operation survives the wire, on one line") {
  for (const Request& sent : one_of_each_operation()) {
    const std::string line = encode(sent);
    CHECK(line.find('\n') == std::string::npos);
    const auto read = decode_request(line);
    REQUIRE_MESSAGE(read, describe(read.error()));
    CHECK(read->id == sent.id);
    CHECK(read->operation == sent.operation);
    CHECK(read->netdev == sent.netdev);
    CHECK(read->owner == sent.owner);
    CHECK(read->knobs == sent.knobs);
    CHECK(read->settings == sent.settings);
    CHECK(read->heartbeat_s == sent.heartbeat_s);
  }
}

TEST_CASE("what a request does not need is left out, and read as empty") {
  CHECK(encode(Request{.operation = Operation::beat}) == R"({"id":0,"op":"beat"})");
  const auto read = decode_request(R"({"op": "probe"})");
  REQUIRE(read);
  CHECK(read->netdev.empty());
  CHECK(read->heartbeat_s == 0);
}

TEST_CASE("the smallest and the largest value of every knob survive the wire") {
  for (const Knob& knob : catalogue()) {
    for (const std::int64_t value : {knob.min, knob.max}) {
      const Settings settings{{std::string(knob.id), value}};
      const auto read = decode_request(
          encode(Request{.operation = Operation::write, .netdev = "e", .settings = settings}));
      REQUIRE(read);
      CHECK(read->settings == settings);
    }
  }
}

TEST_CASE("a reply survives the wire, on one line, with the whole host report") {
  const Reply sent = full_reply();
  const std::string line = encode(sent);
  CHECK(line.find('\n') == std::string::npos);
  const auto read = decode_reply(line);
  REQUIRE_MESSAGE(read, describe(read.error()));
  CHECK(read->id == 7);
  CHECK(read->outcome);
  CHECK(read->host == sent.host);
  CHECK(read->version == sent.version);
  CHECK(read->protocol == 1);
  CHECK(read->settings == sent.settings);
  CHECK(read->notes == sent.notes);
  CHECK(read->namespaces == sent.namespaces);
  CHECK(to_json(read->report) == to_json(sent.report));
  CHECK(read->traffic.netdev_packets == 5);
  CHECK(read->traffic.rdma_packets == 0);
  CHECK(read->traffic.netdev_received == 7);
}

TEST_CASE("an error survives the wire with its fault and its remedy") {
  for (const Fault fault : {Fault::usage, Fault::document, Fault::runtime, Fault::unsupported}) {
    const auto read = decode_reply(encode(Reply{.id = 3, .outcome = fail(fault, "what", "do")}));
    REQUIRE(read);
    REQUIRE_FALSE(read->outcome);
    CHECK(read->outcome.error().fault == fault);
    CHECK(read->outcome.error().message == "what");
    CHECK(read->outcome.error().remedy == "do");
  }
}

TEST_CASE("text that is not UTF-8 does not break a reply") {
  const auto read = decode_reply(encode(Reply{.notes = {"firmware \xff\xfe"}}));
  REQUIRE(read);
  CHECK(read->notes.at(0).starts_with("firmware "));
}

TEST_CASE("a malformed request is refused, and the error names what is wrong") {
  check_refused("", "line 1");
  check_refused("hello", "line 1");
  check_refused("[]", "object");
  check_refused(R"({"op":"hello")", "line 1");
  check_refused(R"({"op":"hello"} x)", "line 1");
  check_refused(R"({"op":"hello","op":"keep"})", "op");
  check_refused(R"({"op":"hello","extra":1})", "extra");
  check_refused(R"({"op":"arm","knobs":"rx-usecs"})", "knobs");
  check_refused(R"({"op":"write","settings":[1]})", "settings");
  check_refused(R"({"op":"write","netdev":7})", "netdev");
  check_refused(std::string(100, '[') + std::string(100, ']'), "request");
}

TEST_CASE("an operation that the agent does not know is refused") {
  check_refused("{}", "op");
  check_refused(R"({"op":"reboot"})", "reboot");
  check_refused(R"({"op":"Write"})", "Write");
  check_refused(R"({"op":3})", "op");
}

TEST_CASE("a knob that the catalogue does not have is refused") {
  check_refused(R"({"op":"read","knobs":["rx-usecs","rx-usec"]})", "unknown knob 'rx-usec'");
  check_refused(R"({"op":"write","settings":{"mtu":9000}})", "unknown knob 'mtu'");
}

TEST_CASE("a value outside the range of its knob is refused") {
  check_refused(R"({"op":"write","settings":{"rx-usecs":-1}})", "rx-usecs = -1 is outside");
  check_refused(R"({"op":"write","settings":{"rx-usecs":4294967296}})", "is outside");
  check_refused(R"({"op":"write","settings":{"adaptive-rx":2}})", "is outside 0 to 1");
  check_refused(R"({"op":"write","settings":{"rx-usecs":1.5}})", "1.5");
  check_refused(R"({"op":"write","settings":{"rx-usecs":99999999999999999999}})", "rx-usecs");
  check_refused(R"({"op":"write","settings":{"rx-usecs":null}})", "rx-usecs");
  check_refused(R"({"op":"arm","heartbeat_s":-1})", "heartbeat_s");
  check_refused(R"({"op":"arm","heartbeat_s":86401})", "heartbeat_s");
  check_refused(R"({"op":"hello","id":-1})", "id");
}

TEST_CASE("a netdev that could become another path is refused") {
  for (const char* netdev : {"../x", "a/b", ".", "..", R"(eth0\u0000)", R"(eth0\n)", "eth 0"})
    check_refused(std::string(R"({"op":"arm","netdev":")") + netdev + "\"}", "no name of a device");
  check_refused(R"({"op":"arm","netdev":")" + std::string(64, 'x') + "\"}", "no name of a device");
  CHECK(decode_request(R"({"op":"arm","netdev":"enp129s0f1np1.100"})"));
  check_refused(R"({"op":"hello","owner":"two\nlines"})", "owner: no name of an owner");
  check_refused(R"({"op":"hello","owner":")" + std::string(2049, 'x') + "\"}",
                "owner: no name of an owner");
  check_refused(R"({"op":"traffic","netdev":"eth0","rdma":"../x"})", "rdma: '../x' is no name");
}

TEST_CASE("a line longer than the protocol allows is refused, on both sides") {
  check_refused(R"({"op":"hello"})" + std::string(max_protocol_line, ' '), "longer");
  CHECK_FALSE(decode_reply(R"({"id":1})" + std::string(max_reply_line, ' ')));
}

TEST_CASE("a host with thousands of netdevs can be reported") {
  Reply reply{.id = 1, .report = {.host = "node7"}};
  for (int n = 0; n < 6000; ++n) {
    Device device;
    device.netdev = fmt::format("eth{}", n);
    device.driver = "mlx5_core";
    for (int vector = 0; vector < 16; ++vector)
      device.irqs.push_back({.number = vector, .name = fmt::format("mlx5_comp{}@pci", vector)});
    reply.report.devices.push_back(device);
  }
  const std::string line = encode(reply);
  CHECK(line.size() > max_protocol_line);
  CHECK(line.find('\n') == std::string::npos);
  const auto decoded = decode_reply(line);
  REQUIRE(decoded);
  CHECK(decoded->report.devices.size() == 6000);
}

TEST_CASE("a malformed reply is refused") {
  for (const char* line :
       {"", "x", "{}", R"({"id":-1})", R"({"id":1,"extra":1})", R"({"id":1,"error":{}})",
        R"({"id":1,"error":{"fault":"bad luck","message":"m"}})", R"({"id":1,"error":"m"})",
        R"({"id":1,"report":"{}"})", R"({"id":1,"report":{}})", R"({"id":1,"settings":{"a":"b"}})"})
    CHECK_FALSE(decode_reply(line));
}

TEST_CASE("a damaged request is refused with a reason, or is harmless") {
  std::mt19937 random(20240607);
  const auto requests = one_of_each_operation();
  int refused = 0;
  for (int i = 0; i < 6000; ++i) {
    const std::string line =
        damaged(encode(requests[static_cast<std::size_t>(i) % requests.size()]), random);
    const auto read = decode_request(line);
    if (read) {
      check_harmless(*read);
      continue;
    }
    ++refused;
    CHECK(read.error().fault == Fault::document);
    CHECK_FALSE(read.error().message.empty());
  }
  CHECK(refused > 3000);
}

TEST_CASE("a damaged reply is refused with a reason, or can be sent on") {
  std::mt19937 random(20240608);
  const std::string whole = encode(full_reply());
  int refused = 0;
  for (int i = 0; i < 400; ++i) {
    const auto read = decode_reply(damaged(whole, random));
    if (!read) {
      ++refused;
      CHECK_FALSE(read.error().message.empty());
    } else {
      CHECK(decode_reply(encode(*read)));
    }
  }
  CHECK(refused > 100);
}
