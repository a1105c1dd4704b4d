// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "core/document.hpp"
#include "policy/policy.hpp"

namespace moderato {

using KnownKnobs = std::map<std::string, KnobRange>;

/// Reads the "space" of a policy: parameters and constraints, without the universal ones. Private
/// to the module.
Space read_space(const Node& node, const KnownKnobs& known);

/// The range of `knob`; a fault at `key` of `node`, with the nearest knob as hint, if there is no
/// such knob.
IntegerRange range_of(const Node& node, const std::string& key, const std::string& knob,
                      const KnownKnobs& known);

}  // namespace moderato
