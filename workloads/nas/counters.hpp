// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "common/cost.hpp"
#include "common/exchange.hpp"
#include "nas/phase_timer.hpp"

namespace moderato::workloads::nas {

using Counters = std::map<std::string, double>;
using Durations = std::vector<std::int64_t>;  ///< nanoseconds, of the slowest rank each

/// run_min_s, run_mean_s, run_max_s; iteration_min_us, iteration_mean_us, iteration_max_us; and of
/// so many operations a run mop_per_s, millions of them a second.
Counters run_counters(const Durations& runs, const Durations& iterations, double operations);

/// ranks_cpu_s and busiest_host_busy_s, as of collectives (workloads/README.md).
Counters cost_of_ranks(const std::vector<Cost>& ranks);

/// Of phase "halo", of all ranks: halo_s, the mean over the ranks of the time that they spent in
/// it; halo_min_us and halo_max_us, of one call; halo_calls, halo_messages, halo_bytes, counted
/// over all ranks. A phase that was never entered has none of them. `ranks`: how many.
Counters counters_of_phase(const std::string& name, const PhaseFigures& all, double ranks);

/// Those of all phases, and over all of them mpi_s and compute_s, the mean over the ranks of the
/// time spent in them and beside them; messages, message_bytes, message_min_bytes,
/// message_max_bytes. `seconds`: of all timed runs, at this rank. All
/// ranks call it.
Counters phase_counters(const Exchange& exchange, const PhaseTimer& timer, double seconds);

}  // namespace moderato::workloads::nas
