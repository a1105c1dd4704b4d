// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "core/result.hpp"

namespace moderato {

/// Processes whose network namespace is the one that /run/netns names `name`.
std::vector<pid_t> processes_in(const std::string& name);

/// Inside namespace `name`: GRO on and TSO off at `netdev`, so that received frames pass through
/// NAPI (with TSO at the sender the deferral is silently without effect), then the NAPI window.
Result<void> prepare_moderation(const std::string& name, const std::string& netdev,
                                int napi_defer_hard_irqs, int gro_flush_timeout_ns);

}  // namespace moderato
