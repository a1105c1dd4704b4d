// SPDX-License-Identifier: Apache-2.0
#include "knobs/coalesce_codec.hpp"

#include <fmt/format.h>
#include <linux/ethtool_netlink.h>
#include <netlink/attr.h>
#include <netlink/genl/genl.h>
#include <netlink/msg.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>

#include "knobs/catalogue.hpp"

namespace moderato {
namespace {

constexpr int largest_errno = 4095;         // MAX_ERRNO, include/linux/err.h
constexpr int attribute_max = 63;           // with room for newer kernels
constexpr std::size_t request_size = 1024;  // all knobs and a name; libnl's own is a page

struct FreeMessage {
  void operator()(nl_msg* message) const { nlmsg_free(message); }
};
using MessageOwner = std::unique_ptr<nl_msg, FreeMessage>;
using Attributes = std::array<nlattr*, attribute_max + 1>;
using Policy = std::array<nla_policy, attribute_max + 1>;

MessageOwner begin_request(std::uint8_t command, const std::string& netdev) {
  MessageOwner message(nlmsg_alloc_size(request_size));
  genlmsg_put(message.get(), 0, 0, 0, 0, 0, command, ETHTOOL_GENL_VERSION);
  nlattr* header = nla_nest_start(message.get(), ETHTOOL_A_COALESCE_HEADER | NLA_F_NESTED);
  if (!netdev.empty()) nla_put_string(message.get(), ETHTOOL_A_HEADER_DEV_NAME, netdev.c_str());
  nla_nest_end(message.get(), header);
  return message;
}

Bytes payload_of(nl_msg* message) {
  const nlmsghdr* header = nlmsg_hdr(message);
  const auto* data = static_cast<const std::byte*>(nlmsg_data(header));
  return {data, data + nlmsg_datalen(header)};
}

/// libnl takes pointers to non-const, aligned messages: a copy whose header has been checked.
Result<Bytes> whole_message(std::span<const std::byte> message) {
  Bytes copy(message.begin(), message.end());
  const auto* header = reinterpret_cast<const nlmsghdr*>(copy.data());
  if (copy.size() > INT32_MAX || !nlmsg_ok(header, static_cast<int>(copy.size())))
    return fail(Fault::runtime, "a netlink message is cut short");
  copy.resize(header->nlmsg_len);
  return copy;
}

Policy coalesce_policy() {
  Policy policy{};
  policy[ETHTOOL_A_COALESCE_HEADER].type = NLA_NESTED;
  for (const Knob& knob : catalogue()) {
    if (knob.access == Access::ethtool)
      policy[knob.attribute].type = knob.unit == Unit::boolean ? NLA_U8 : NLA_U32;
  }
  return policy;
}

Result<std::string> decode_device(nlattr* header) {
  std::array<nlattr*, ETHTOOL_A_HEADER_MAX + 1> fields{};
  std::array<nla_policy, ETHTOOL_A_HEADER_MAX + 1> policy{};
  policy[ETHTOOL_A_HEADER_DEV_NAME].type = NLA_STRING;
  const int parsed = nla_parse_nested(fields.data(), ETHTOOL_A_HEADER_MAX, header, policy.data());
  if (parsed < 0 || fields[ETHTOOL_A_HEADER_DEV_NAME] == nullptr)
    return fail(Fault::runtime, "a coalescing message names no device");
  return std::string(nla_get_string(fields[ETHTOOL_A_HEADER_DEV_NAME]));
}

std::int64_t value_of(const Knob& knob, nlattr* attribute) {
  if (knob.unit == Unit::boolean) return nla_get_u8(attribute) != 0 ? 1 : 0;
  return nla_get_u32(attribute);
}

Settings decode_values(const Attributes& attributes) {
  Settings values;
  for (const Knob& knob : catalogue()) {
    if (knob.access == Access::ethtool && attributes[knob.attribute] != nullptr)
      values[std::string(knob.id)] = value_of(knob, attributes[knob.attribute]);
  }
  return values;
}

/// Where the TLVs of an NLMSG_ERROR begin: after the request that it quotes, unless that is capped.
std::size_t extended_offset(const nlmsghdr& header, const nlmsgerr& error) {
  if ((header.nlmsg_flags & NLM_F_CAPPED) != 0) return sizeof(nlmsgerr);
  const std::size_t quoted = std::max<std::size_t>(error.msg.nlmsg_len, NLMSG_HDRLEN);
  return sizeof(nlmsgerr) + ((quoted + 3) & ~std::size_t{3}) - NLMSG_HDRLEN;
}

void decode_extended(std::span<std::byte> data, KernelAnswer& answer) {
  std::array<nlattr*, NLMSGERR_ATTR_MAX + 1> fields{};
  std::array<nla_policy, NLMSGERR_ATTR_MAX + 1> policy{};
  policy[NLMSGERR_ATTR_MSG].type = NLA_STRING;
  policy[NLMSGERR_ATTR_OFFS].type = NLA_U32;
  if (nla_parse(fields.data(), NLMSGERR_ATTR_MAX, reinterpret_cast<nlattr*>(data.data()),
                static_cast<int>(data.size()), policy.data()) < 0)
    return;
  if (fields[NLMSGERR_ATTR_MSG] != nullptr) answer.text = nla_get_string(fields[NLMSGERR_ATTR_MSG]);
  if (fields[NLMSGERR_ATTR_OFFS] != nullptr)
    answer.offset = nla_get_u32(fields[NLMSGERR_ATTR_OFFS]);
}

}  // namespace

Bytes encode_coalesce_get(const std::string& netdev) {
  return payload_of(begin_request(ETHTOOL_MSG_COALESCE_GET, netdev).get());
}

Result<Bytes> encode_coalesce_set(const std::string& netdev, const Settings& settings) {
  const auto message = begin_request(ETHTOOL_MSG_COALESCE_SET, netdev);
  for (const auto& [id, value] : settings) {
    const Knob* knob = find_knob(id);
    if (knob == nullptr || knob->access != Access::ethtool)
      return fail(Fault::usage, fmt::format("'{}' is no ethtool knob", id),
                  "`moderato probe --all` lists the knobs");
    if (value < knob->min || value > knob->max)
      return fail(Fault::usage, fmt::format("{} of {}: {} is outside {} to {}", id, netdev, value,
                                            knob->min, knob->max));
    if (knob->unit == Unit::boolean) {
      nla_put_u8(message.get(), knob->attribute, static_cast<std::uint8_t>(value));
    } else {
      nla_put_u32(message.get(), knob->attribute, static_cast<std::uint32_t>(value));
    }
  }
  return payload_of(message.get());
}

Result<CoalesceMessage> decode_coalesce(std::span<const std::byte> message) {
  auto copy = whole_message(message);
  if (!copy) return fail(copy);
  auto* header = reinterpret_cast<nlmsghdr*>(copy->data());
  Attributes attributes{};
  static const Policy policy = coalesce_policy();
  if (genlmsg_valid_hdr(header, 0) == 0 ||
      genlmsg_parse(header, 0, attributes.data(), attribute_max, policy.data()) < 0)
    return fail(Fault::runtime, "a coalescing message has attributes of a wrong size");
  const auto command = genlmsg_hdr(header)->cmd;
  if (command != ETHTOOL_MSG_COALESCE_GET_REPLY && command != ETHTOOL_MSG_COALESCE_NTF)
    return fail(Fault::runtime, fmt::format("ethtool message {} is not of coalescing", command));
  if (attributes[ETHTOOL_A_COALESCE_HEADER] == nullptr)
    return fail(Fault::runtime, "a coalescing message names no device");
  auto netdev = decode_device(attributes[ETHTOOL_A_COALESCE_HEADER]);
  if (!netdev) return fail(netdev);
  return CoalesceMessage{std::move(*netdev), decode_values(attributes)};
}

Result<KernelAnswer> decode_answer(std::span<const std::byte> message) {
  auto copy = whole_message(message);
  if (!copy) return fail(copy);
  nlmsghdr header{};
  std::memcpy(&header, copy->data(), sizeof header);
  const auto payload = std::span(*copy).subspan(NLMSG_HDRLEN);
  if (header.nlmsg_type != NLMSG_ERROR || payload.size() < sizeof(nlmsgerr))
    return fail(Fault::runtime, "a netlink error message is cut short");
  nlmsgerr error{};
  std::memcpy(&error, payload.data(), sizeof error);
  if (error.error > 0 || error.error < -largest_errno)
    return fail(Fault::runtime, fmt::format("a netlink error message carries {}", error.error));
  KernelAnswer answer{.error_number = -error.error};
  const std::size_t extended = extended_offset(header, error);
  if ((header.nlmsg_flags & NLM_F_ACK_TLVS) != 0 && extended < payload.size())
    decode_extended(payload.subspan(extended), answer);
  return answer;
}

std::string knob_at(const Bytes& payload, std::uint32_t offset) {
  // Only whole attributes of the top level: inside the header nest the numbers mean other things.
  std::size_t at = GENL_HDRLEN;
  nlattr attribute{};
  while (at + sizeof attribute <= payload.size()) {
    std::memcpy(&attribute, payload.data() + at, sizeof attribute);
    if (at + NLMSG_HDRLEN >= offset || attribute.nla_len < sizeof attribute) break;
    at += NLA_ALIGN(attribute.nla_len);
  }
  if (at + NLMSG_HDRLEN != offset || at + sizeof attribute > payload.size()) return {};
  for (const Knob& knob : catalogue()) {
    if (knob.access == Access::ethtool && knob.attribute == (attribute.nla_type & NLA_TYPE_MASK))
      return std::string(knob.id);
  }
  return {};
}

}  // namespace moderato
