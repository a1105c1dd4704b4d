// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "agent/client.hpp"

namespace moderato {

/// Puts back what dead agents left on the host behind `launch_prefix`, named network namespaces of
/// that host included; with `dry_run` only tells. One note a device.
Result<std::vector<std::string>> recover_host(const std::string& host, const Argv& launch_prefix,
                                              const AgentProgram& program, bool dry_run);

}  // namespace moderato
