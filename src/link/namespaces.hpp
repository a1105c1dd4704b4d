// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"

namespace moderato {

/// How the namespaces of a loopback link are called: "moderato-loopback-PID-a" and "-b" after the
/// process that keeps it.
std::string namespace_name(pid_t keeper, char side);
/// The keeper by such a name; nothing if it is any other.
std::optional<pid_t> keeper_of(std::string_view name);

/// Processes whose network namespace is the one that /run/netns names `name`.
std::vector<pid_t> processes_in(const std::string& name);

/// Inside namespace `name`: GRO on and TSO off at `netdev`, so that received frames pass through
/// NAPI (with TSO at the sender the deferral is silently without effect), then the NAPI window.
Result<void> prepare_moderation(const std::string& name, const std::string& netdev,
                                int napi_defer_hard_irqs, int gro_flush_timeout_ns);

}  // namespace moderato
