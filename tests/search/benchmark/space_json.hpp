// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "space/space.hpp"

namespace moderato::benchmark {

/// "parameters" and "constraints" as a policy writes them.
nlohmann::json encode_space(const Space& space);

/// Throws nlohmann::json::exception where something is missing or of the wrong kind.
Space decode_space(const nlohmann::json& json);

}  // namespace moderato::benchmark
