// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>

#include "core/device.hpp"

namespace moderato {

struct ProbeStyle {
  std::map<std::string, std::string> units;  ///< by knob id, as name_of(Unit) writes them
  bool all = false;  ///< a line for every unsupported knob and every IRQ, too
  bool colour = false;
};

/// What `moderato probe` prints for people: a block a device, then the RDMA devices. Unknown facts
/// are left out.
std::string render_probe(const HostReport& report, const ProbeStyle& style);

}  // namespace moderato
