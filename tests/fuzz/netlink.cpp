// SPDX-License-Identifier: Apache-2.0
// What the kernel answers: replies and notifications of ethtool coalescing, and errors.
#include <linux/ethtool_netlink.h>
#include <linux/netlink.h>

#include <algorithm>
#include <cstring>

#include "fuzz/property.hpp"
#include "knobs/catalogue.hpp"
#include "knobs/coalesce_codec.hpp"

using namespace moderato;
using namespace moderato::fuzz;

namespace {

constexpr std::size_t longest_name = 15;  // IFNAMSIZ - 1

/// The payload of a SET as the kernel would send it, under the header of a reply.
Bytes reply_with(Bytes payload) {
  payload.front() = std::byte{ETHTOOL_MSG_COALESCE_GET_REPLY};
  nlmsghdr header{.nlmsg_len = static_cast<std::uint32_t>(NLMSG_HDRLEN + payload.size()),
                  .nlmsg_type = 0x15};
  const auto* bytes = reinterpret_cast<const std::byte*>(&header);
  payload.insert(payload.begin(), bytes, bytes + sizeof header);
  return payload;
}

void comes_back(const CoalesceMessage& message) {
  if (message.netdev.empty() || message.netdev.size() > longest_name) return;
  const auto payload = encode_coalesce_set(message.netdev, message.values);
  if (!payload) return told_well(payload.error());
  const auto again = decode_coalesce(reply_with(*payload));
  holds(again && again->netdev == message.netdev && again->values == message.values,
        "what is asked for is what is told");
}

void check_coalesce(std::span<const std::byte> bytes) {
  const auto message = decode_coalesce(bytes);
  if (!message) return told_well(message.error());
  for (const auto& [id, value] : message->values) {
    const Knob* knob = find_knob(id);
    holds(knob != nullptr && knob->access == Access::ethtool, "only ethtool's knobs are told");
    holds(value >= 0 && value <= (knob->unit == Unit::boolean ? 1 : std::int64_t{UINT32_MAX}),
          "a value is what its attribute holds");
  }
  comes_back(*message);
  for (std::size_t size = 0; size < NLMSG_HDRLEN; ++size)
    holds(!decode_coalesce(bytes.first(size)), "less than a header is no message");
}

/// A knob that is blamed is one that was asked for.
void check_answer(std::span<const std::byte> bytes) {
  const auto answer = decode_answer(bytes);
  if (!answer) return told_well(answer.error());
  holds(answer->error_number >= 0 && answer->error_number <= 4095, "an error is an errno value");
  const Settings asked{{"adaptive-rx", 1}, {"rx-frames", 1}, {"rx-usecs", 8}};
  const auto payload = encode_coalesce_set("eth0", asked);
  const std::string blamed = answer->offset ? knob_at(*payload, *answer->offset) : "";
  holds(blamed.empty() || asked.contains(blamed), "only a knob that was sent is blamed");
}

/// Where an objection points to, in a request that is no request.
void check_offsets(std::span<const std::byte> bytes) {
  const Bytes payload(bytes.begin(), bytes.begin() + std::min<std::ptrdiff_t>(bytes.size(), 256));
  for (std::uint32_t offset = 0; offset < 300; ++offset) {
    const std::string knob = knob_at(payload, offset);
    holds(knob.empty() || find_knob(knob) != nullptr, "only a known knob is blamed");
  }
  (void)knob_at(payload, UINT32_MAX);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto bytes = std::as_bytes(std::span(data, size));
  check_coalesce(bytes);
  check_answer(bytes);
  check_offsets(bytes);
  return 0;
}
