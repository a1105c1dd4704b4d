// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "space/space.hpp"

namespace moderato {

/// A constraint tied to the places where the values of its knobs stand, so that walking a large
/// space looks no knob up by name. The places, and the constraint, must outlive it. Private to the
/// module.
struct BoundConstraint {
  const Constraint* constraint = nullptr;
  std::vector<std::string> knobs;           ///< those of the constraint that are looked at
  std::vector<const std::int64_t*> values;  ///< one a knob
  std::vector<std::optional<std::int64_t>>
      first_listed;  ///< ditto; empty: no parameter, not varied
};

/// `value_of` gives the place of a knob's value, nullptr if it has none; then the constraint cannot
/// be checked, and there is no result. Where a mode fixes several knobs, those that are there
/// count.
std::optional<BoundConstraint> bind_constraint(
    const Constraint& constraint, const std::vector<Parameter>& parameters,
    const std::function<const std::int64_t*(const std::string&)>& value_of);

bool violated(const BoundConstraint& bound);

/// Why it is violated: "rx-usecs=0 rx-frames=0: not all of them may be 0".
std::string explain(const BoundConstraint& bound);

}  // namespace moderato
