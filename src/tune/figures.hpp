// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/trial.hpp"
#include "policy/policy.hpp"
#include "workload/workload.hpp"

namespace moderato {

/// The figure of `metric`, or why these samples do not carry it: a quantile is claimed only from so
/// many samples on that a distribution-free 95 % interval of it exists.
Result<double> objective_value(Metric metric, const Summary& summary);

/// Samples that the objective and all constraints of the policy need, the most of them.
std::size_t samples_needed(const Policy& policy);

/// Any metric of one workload's run. Of a whole run: `throughput` is the counter messages_per_s,
/// else bytes_per_s; `cpu_time` the sum of those that end in host_busy_s, else of those that end in
/// cpu_s, and no less than a clock tick; `run_time` the counter seconds, or the time that is the
/// only sample.
Result<double> figure_of(Metric metric, const WorkloadOutcome& outcome);

/// Geometric mean over the workloads of a trial, by the policy's weights. The error names the first
/// workload that does not give the figure.
Result<double> figure_of(Metric metric, std::span<const WorkloadOutcome> outcomes,
                         const Policy& policy);

/// All that the constraints are on, which has to be there, and the figures of whole runs that all
/// workloads give.
Result<std::map<std::string, double>> figures_of(std::span<const WorkloadOutcome> outcomes,
                                                 const Policy& policy);

/// Why no run of the workload can give that figure, by what its descriptor says.
std::optional<std::string> never_gives(Metric metric, const WorkloadDescriptor& workload);

}  // namespace moderato
