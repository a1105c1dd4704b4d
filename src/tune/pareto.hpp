// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <vector>

#include "core/trial.hpp"
#include "policy/policy.hpp"
#include "stats/pareto.hpp"

namespace moderato {

/// The settings that nothing measured beats in the objective, CPU time and throughput at once, as
/// far as the trials have these figures: median ratios to the baseline over all rounds of search
/// and confirmation, the baseline's all 1. Best objective first. Empty where the objective is the
/// only figure, or nothing was measured.
std::vector<TradeOff> trade_offs(const Policy& policy, const Settings& baseline,
                                 std::span<const Trial> trials);

}  // namespace moderato
