// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <vector>

#include "core/device.hpp"

namespace moderato {

/// The RDMA devices under `sys`/class/infiniband, each with its netdevs; none without RDMA. Private
/// to the module.
std::vector<RdmaDevice> discover_rdma(const std::filesystem::path& sys);

}  // namespace moderato
