// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/knob.hpp"
#include "core/result.hpp"

namespace moderato {

// ETHTOOL_MSG_COALESCE_* as bytes and back, without a socket. Source:
// Documentation/networking/ethtool-netlink.rst and Documentation/userspace-api/netlink/intro.rst.
// Every decoder stands whatever bytes come.

using Bytes = std::vector<std::byte>;

/// A request's payload: what follows the netlink header, which the socket adds. "": of every
/// netdev, for a dump.
Bytes encode_coalesce_get(const std::string& netdev);
/// Only the knobs of `settings` are in it. An error: a knob that has no attribute, a value that
/// does not fit.
Result<Bytes> encode_coalesce_set(const std::string& netdev, const Settings& settings);

/// A COALESCE_GET_REPLY or COALESCE_NTF. A knob that the driver does not support is absent; one
/// that it supports and that is 0 is there.
struct CoalesceMessage {
  std::string netdev;
  Settings values;
};

/// `message`: a whole netlink message with its header. Attributes that no knob has are ignored.
Result<CoalesceMessage> decode_coalesce(std::span<const std::byte> message);

/// An NLMSG_ERROR; `error_number` 0 is an acknowledgement.
struct KernelAnswer {
  int error_number = 0;                 ///< errno value
  std::string text;                     ///< NLMSGERR_ATTR_MSG, "" where the kernel says nothing
  std::optional<std::uint32_t> offset;  ///< NLMSGERR_ATTR_OFFS: the attribute it objects to, in
                                        ///< bytes from the start of the request with its header
};

Result<KernelAnswer> decode_answer(std::span<const std::byte> message);

/// The knob whose attribute begins at `offset` (see KernelAnswer) of the request with `payload`; ""
/// if none does.
std::string knob_at(const Bytes& payload, std::uint32_t offset);

}  // namespace moderato
