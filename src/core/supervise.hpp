// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/link.hpp"
#include "core/result.hpp"

namespace moderato {

/// Runs `argv` with the caller's stdin, stdout and stderr, in a process group of its own, and
/// returns its exit status as a shell would say it. When the caller's parent dies, or the caller is
/// told to end, the group is ended: SIGTERM, a second of grace, SIGKILL. So a daemon that mpirun
/// has started behind this does not outlive mpirun. Precondition: one thread, no Interrupt made.
Result<int> supervise(const Argv& argv);

}  // namespace moderato
