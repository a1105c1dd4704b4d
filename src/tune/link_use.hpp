// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/interrupt.hpp"
#include "tune/session.hpp"

namespace moderato {

/// What a study takes in its stride, because its user has said so.
struct LinkUse {
  bool busy_ok = false;        ///< others send over the link
  bool management_ok = false;  ///< a host is reached over an endpoint
};

/// Packets a second, sent or received, from which on a link counts as busy. Idle links carry a few
/// (ARP, LLDP, routing); what disturbs a measurement, or is disturbed by one, thousands.
inline constexpr double busy_packets_per_s = 1000;

/// Packets a second, the largest of those sent, received and sent by RDMA. What is not counted
/// counts as none.
double packets_per_s(const Traffic& before, const Traffic& after, double seconds);

/// Refuses a link whose endpoint is a management interface, or busy; the error names it. A quiet
/// link takes a tenth of a second, a busy one some more: what is left of another study ends soon.
Result<void> check_use(Session& session, const LinkUse& use, const Interrupt& interrupt);

}  // namespace moderato
