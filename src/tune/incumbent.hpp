// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>

#include "tune/limits.hpp"
#include "tune/progress.hpp"

namespace moderato {

/// The best settings of a phase so far, of those that are known to violate no constraint; nothing
/// while none is better than the baseline, and in phases that compare nothing. In the confirmation
/// those of the most rounds, as others fell behind.
std::optional<Incumbent> incumbent_of(Phase phase, std::span<const Trial> trials,
                                      const Limits& limits, int confirm_rounds);

}  // namespace moderato
