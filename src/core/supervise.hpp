// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/link.hpp"
#include "core/result.hpp"

namespace moderato {

/// Runs `argv` with the caller's stdin, stdout and stderr, in a process group of its own, and
/// returns its exit status as a shell would say it. When the caller's parent dies, or the caller is
/// told to end, the group is ended: SIGTERM, a second of grace, SIGKILL. So a daemon that mpirun
/// has started behind this does not outlive mpirun. Nor does anything else: whatever becomes of
/// `argv`, even if it is killed, what it or its descendants have left behind is ended in the same
/// way before this returns. Precondition: one thread, no Interrupt made, no other children.
Result<int> supervise(const Argv& argv);

}  // namespace moderato
