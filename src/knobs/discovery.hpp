// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

#include "core/device.hpp"
#include "knobs/backend.hpp"

namespace moderato {

/// Where the kernel shows its devices; tests point it at a recorded tree.
struct KernelView {
  std::filesystem::path sys = "/sys";
  std::filesystem::path proc = "/proc";
};

/// Every netdev and RDMA device of this host. Never fails: what cannot be read (unprivileged, in a
/// container, no RDMA) is left empty, and a knob says why it has no value.
HostReport discover(const Backends& backends, const KernelView& view = {});

}  // namespace moderato
