// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/knob.hpp"
#include "core/trial.hpp"

namespace moderato {

/// An axis of the search space, bound to one knob.
struct Parameter {
  std::string knob;
  std::vector<std::int64_t> values;  ///< distinct, in the order in which the grid walks them
  bool optional = false;             ///< left out on a link whose devices do not all have the knob
};

/// A combination that makes no sense, so that it is never tried. `knobs` names two or more.
struct Constraint {
  enum class Kind {
    not_all_zero,        ///< usecs = 0 and frames = 0 together is illegal
    ascending,           ///< each at most the next: low <= high
    strictly_ascending,  ///< each below the next: pkt-rate-low < pkt-rate-high
    zero_together,       ///< all zero or none: a deferral without a time-out does nothing
    fixed_unless_zero,   ///< while the first is non-zero the others must keep their first listed
                         ///< value (adaptive on: usecs and frames are not in use)
    fixed_if_zero,       ///< the same while the first is zero (adaptive off: low/high are not)
  };
  Kind kind;
  std::vector<std::string> knobs;
};

struct Space {
  std::vector<Parameter> parameters;
  std::vector<Constraint> constraints;
};

/// The first constraint that `settings` violates, in words; nothing if it is allowed. Knobs that
/// `settings` does not hold are taken from `baseline`; a constraint over a knob that neither holds
/// is not checked, but for the knobs beside it that a mode fixes as well.
std::optional<std::string> violation(const Space& space, const Settings& settings,
                                     const Settings& baseline);

/// What every driver demands, whatever the policy says (linux/ethtool.h): usecs and frames not both
/// zero, low <= high, rates low < high. Only those of which the space names a knob are returned;
/// the other knob's value is then the baseline's.
std::vector<Constraint> universal_constraints(const std::vector<Parameter>& parameters);

/// Every allowed combination once, as candidates numbered from 1, first parameter slowest.
/// Combinations equal to `baseline` in every parameter are left out: the baseline is candidate 0
/// already. Walks combinations() combinations, holds only the allowed ones.
std::vector<Candidate> enumerate(const Space& space, const Settings& baseline);

/// Whether the space allows any combination at all; knobs outside the space are not looked at.
/// Stops at the first one.
bool any_allowed(const Space& space);

/// Combinations before constraints, without building them; saturates at INT64_MAX.
std::int64_t combinations(const Space& space);

}  // namespace moderato
