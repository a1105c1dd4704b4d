// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "knobs/coalesce_codec.hpp"

namespace moderato {

/// Takes the one notification that an own SET of `settings` caused out of those that came between
/// the request and its acknowledgement, and leaves the foreign ones. A notification does not say
/// who wrote: ours is the first of `netdev` that carries our values, or, where the driver rounded
/// them, the first of `netdev`. Private to the module.
void take_own(std::vector<CoalesceMessage>& notifications, const std::string& netdev,
              const Settings& settings);

}  // namespace moderato
