// SPDX-License-Identifier: Apache-2.0
#include "knobs/coalesce_codec.hpp"

#include <doctest/doctest.h>
#include <linux/ethtool_netlink.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <random>

#include "knobs/catalogue.hpp"
#include "knobs/recorded_messages.hpp"

using namespace moderato;
using recorded::from_hex;

namespace {

void put_length(Bytes& message, std::size_t length) {
  const auto value = static_cast<std::uint32_t>(length);
  std::memcpy(message.data(), &value, sizeof value);
}

/// A message that the kernel could send: the payload of a SET under the header of a reply.
Bytes constructed_reply(const std::string& netdev, const Settings& values) {
  Bytes message = from_hex(recorded::tap_zero);
  message.resize(16);
  Bytes payload = encode_coalesce_set(netdev, values).value();
  payload[0] = std::byte{ETHTOOL_MSG_COALESCE_GET_REPLY};
  message.insert(message.end(), payload.begin(), payload.end());
  put_length(message, message.size());
  return message;
}

Settings every_knob_at(std::int64_t value) {
  Settings settings;
  for (const Knob& knob : catalogue()) {
    if (knob.access == Access::ethtool)
      settings[std::string(knob.id)] = std::min(value + knob.attribute, knob.max);
  }
  return settings;
}

}  // namespace

TEST_CASE("a recorded reply holds what is supported, zero included, and nothing else") {
  auto reply = decode_coalesce(from_hex(recorded::tap_zero));
  REQUIRE(reply);
  CHECK(reply->netdev == "t0");
  CHECK(reply->values == Settings{{"rx-frames", 0}});
  CHECK(decode_coalesce(from_hex(recorded::tap_clamped))->values == Settings{{"rx-frames", 64}});
}

TEST_CASE("a recorded notification reads as a reply does") {
  auto note = decode_coalesce(from_hex(recorded::tap_notification));
  REQUIRE(note);
  CHECK(note->netdev == "t0");
  CHECK(note->values == Settings{{"rx-frames", 64}});
}

TEST_CASE("the requests are the bytes that the kernel quoted") {
  // The quoted request begins after its netlink header, 36 bytes into the answer.
  const Bytes refused = from_hex(recorded::unsupported_parameter);
  CHECK(encode_coalesce_set("t0", {{"rx-usecs", 8}}).value() ==
        Bytes(refused.begin() + 36, refused.begin() + 36 + 24));
  const Bytes got = from_hex(recorded::veth_unsupported);
  CHECK(encode_coalesce_get("v0") == Bytes(got.begin() + 36, got.end()));
}

TEST_CASE("a recorded refusal tells errno, the kernel's words and the knob, quoted or capped") {
  const auto payload = encode_coalesce_set("t0", {{"rx-usecs", 8}}).value();
  for (const auto hex : {recorded::unsupported_parameter, recorded::unsupported_parameter_capped}) {
    auto answer = decode_answer(from_hex(hex));
    REQUIRE(answer);
    CHECK(answer->error_number == EINVAL);
    CHECK(answer->text == "cannot modify an unsupported parameter");
    REQUIRE(answer->offset);
    CHECK(knob_at(payload, *answer->offset) == "rx-usecs");
  }
}

TEST_CASE("an offset into the header nest is no knob") {
  auto answer = decode_answer(from_hex(recorded::no_device));
  REQUIRE(answer);
  CHECK(answer->error_number == ENODEV);
  CHECK(answer->text == "no device matches name");
  CHECK(answer->offset == 24);
  const auto payload = encode_coalesce_set("nope", {{"rx-usecs", 8}}).value();
  CHECK(knob_at(payload, 24).empty());
  CHECK(knob_at(payload, 20).empty());
  for (const std::uint32_t offset : {0u, 15u, 37u, 40u, 44u, 1000u, 0xffffffffu})
    CHECK(knob_at(payload, offset).empty());
  CHECK(knob_at(payload, 36) == "rx-usecs");
}

TEST_CASE("acknowledgements and errors without words decode") {
  CHECK(decode_answer(from_hex(recorded::acknowledged))->error_number == 0);
  auto veth = decode_answer(from_hex(recorded::veth_unsupported));
  REQUIRE(veth);
  CHECK(veth->error_number == EOPNOTSUPP);
  CHECK(veth->text.empty());
  CHECK_FALSE(veth->offset);
}

TEST_CASE("a constructed message with every attribute gives every knob its own value") {
  for (const std::int64_t value : {std::int64_t{0}, std::int64_t{1000}, std::int64_t{UINT32_MAX}}) {
    const Settings settings = every_knob_at(value);
    auto reply = decode_coalesce(constructed_reply("enp129s0f1np1", settings));
    REQUIRE(reply);
    CHECK(reply->netdev == "enp129s0f1np1");
    CHECK(reply->values == settings);
  }
}

TEST_CASE("only what is asked for is sent: booleans as one byte, the rest as four") {
  const auto empty = encode_coalesce_set("t0", {}).value().size();
  CHECK(empty == encode_coalesce_get("t0").size());
  const auto boolean = encode_coalesce_set("t0", {{"adaptive-rx", 1}}).value();
  CHECK(boolean.size() == empty + 8);
  CHECK(boolean[empty] == std::byte{5});  // 4 of the attribute's header and 1, padded to 8
  const auto number = encode_coalesce_set("t0", {{"rx-usecs", 1}}).value();
  CHECK(number[empty] == std::byte{8});
}

TEST_CASE("a constructed message with unknown attributes keeps the known ones") {
  Bytes message = constructed_reply("t0", {{"rx-usecs", 7}});
  for (const unsigned type : {29u, 63u, 64u, 0x3fffu}) {
    const Bytes attribute{std::byte{8}, std::byte{0}, std::byte(type & 0xff), std::byte(type >> 8),
                          std::byte{1}, std::byte{2}, std::byte{3},           std::byte{4}};
    message.insert(message.end(), attribute.begin(), attribute.end());
  }
  put_length(message, message.size());
  auto reply = decode_coalesce(message);
  REQUIRE(reply);
  CHECK(reply->values == Settings{{"rx-usecs", 7}});
}

TEST_CASE("what no attribute can carry is refused before it is sent") {
  CHECK_FALSE(encode_coalesce_set("t0", {{"rx-usecs", std::int64_t{UINT32_MAX} + 1}}));
  CHECK_FALSE(encode_coalesce_set("t0", {{"rx-usecs", -1}}));
  CHECK_FALSE(encode_coalesce_set("t0", {{"adaptive-rx", 2}}));
  CHECK_FALSE(encode_coalesce_set("t0", {{"gro-flush-timeout", 1}}));
  auto unknown = encode_coalesce_set("t0", {{"rx-usec", 1}});
  REQUIRE_FALSE(unknown);
  CHECK(unknown.error().message == "'rx-usec' is no ethtool knob");
}

TEST_CASE("messages of another kind are errors") {
  Bytes other = from_hex(recorded::tap_zero);
  other[16] = std::byte{4};
  CHECK_FALSE(decode_coalesce(other));
  CHECK_FALSE(decode_answer(from_hex(recorded::tap_zero)));
  Bytes nameless = from_hex(recorded::tap_zero);
  nameless[24 + 10] = std::byte{63};  // the type of the attribute that holds the name
  CHECK_FALSE(decode_coalesce(nameless));
}

TEST_CASE("an error number that is no errno is an error, not a success") {
  for (const std::uint32_t number : {1u, 0x80000000u, 0xffffefffu}) {
    Bytes message = from_hex(recorded::acknowledged);
    std::memcpy(message.data() + 16, &number, sizeof number);
    CHECK_FALSE(decode_answer(message));
  }
}

TEST_CASE("every truncation of a recorded message is an error or a subset") {
  for (const auto hex : recorded::all) {
    const Bytes whole = from_hex(hex);
    for (std::size_t size = 0; size < whole.size(); ++size) {
      Bytes cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
      CHECK_FALSE(decode_coalesce(cut));
      CHECK_FALSE(decode_answer(cut));
      if (size < 16) continue;
      put_length(cut, size);  // as if it had been sent so short
      if (auto reply = decode_coalesce(cut)) {
        CHECK(reply->netdev == "t0");
        CHECK(reply->values.size() <= 1);
      }
      if (auto answer = decode_answer(cut))
        CHECK(answer->error_number == decode_answer(whole)->error_number);
    }
  }
}

TEST_CASE("any single wrong byte, and any noise, is survived") {
  std::mt19937 random(1);
  for (const auto hex : recorded::all) {
    const Bytes whole = from_hex(hex);
    for (std::size_t at = 0; at < whole.size(); ++at) {
      for (int wrong = 0; wrong < 256; wrong += 5) {
        Bytes message = whole;
        message[at] = static_cast<std::byte>(wrong);
        auto reply = decode_coalesce(message);
        CHECK((!reply || reply->values.size() <= 2));
        auto answer = decode_answer(message);
        CHECK((!answer || answer->error_number >= 0));
        (void)knob_at(message, static_cast<std::uint32_t>(random() % 200));
      }
    }
  }
}
