// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace moderato::workloads {

/// User and system time of this process so far, seconds.
double process_cpu_s();

/// Time that the CPUs of this host have not been idle since boot, seconds, over all CPUs
/// (/proc/stat, granularity of a clock tick). Interrupts and softirqs are served in nobody's name,
/// so a process's own CPU time does not see what moderation saves; this does, along with everything
/// else that runs on the host.
double host_busy_s();

}  // namespace moderato::workloads
