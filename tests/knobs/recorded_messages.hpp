// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string_view>

#include "knobs/coalesce_codec.hpp"

namespace moderato::recorded {

inline Bytes from_hex(std::string_view hex) {
  const auto digit = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
  Bytes bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
    bytes.push_back(static_cast<std::byte>(digit(hex[i]) * 16 + digit(hex[i + 1])));
  return bytes;
}

// Whole netlink messages as Linux 6.18 sent them (little endian), from a tap "t0" and a veth "v0".

/// GET of t0, which supports rx-frames alone, at 0.
constexpr std::string_view tap_zero =
    "300000001500000002000000fa3b0000"
    "140100001400018008000100020000000700020074300000"
    "0800030000000000";
/// The same after a SET of rx-frames 100, which the driver takes for 64.
constexpr std::string_view tap_clamped =
    "300000001500000004000000fa3b0000"
    "140100001400018008000100020000000700020074300000"
    "0800030040000000";
/// The notification of that SET, and its acknowledgement.
constexpr std::string_view tap_notification =
    "30000000150000000600000000000000"
    "150100001400018008000100020000000700020074300000"
    "0800030040000000";
constexpr std::string_view acknowledged =
    "240000000200000103000000fa3b0000"
    "0000000028000000150005000300000000000000";
/// SET of rx-usecs 8 on t0, with NETLINK_EXT_ACK: the request is quoted.
constexpr std::string_view unsupported_parameter =
    "700000000200000205000000fa3b0000"
    "eaffffff28000000150005000500000000000000140100000c000180070002007430000008000200080000002b00"
    "010063616e6e6f74206d6f6469667920616e20756e737570706f7274656420706172616d65746572000008000200"
    "20000000";
/// The same with NETLINK_CAP_ACK as well.
constexpr std::string_view unsupported_parameter_capped =
    "580000000200000309000000fa3b0000"
    "eaffffff280000001500050009000000000000002b00010063616e6e6f74206d6f6469667920616e20756e737570"
    "706f7274656420706172616d6574657200000800020020000000";
/// GET of v0, whose driver has no coalescing operations.
constexpr std::string_view veth_unsupported =
    "340000000200000006000000fa3b0000"
    "a1ffffff20000000150005000600000000000000130100000c0001800700020076300000";
/// GET of "nope".
constexpr std::string_view no_device =
    "5c0000000200000208000000fa3b0000"
    "edffffff240000001500050008000000000000001301000010000180090002006e6f7065000000001b0001006e6f"
    "20646576696365206d617463686573206e616d6500000800020018000000";

constexpr std::string_view all[] = {tap_zero,
                                    tap_clamped,
                                    tap_notification,
                                    acknowledged,
                                    unsupported_parameter,
                                    unsupported_parameter_capped,
                                    veth_unsupported,
                                    no_device};

}  // namespace moderato::recorded
