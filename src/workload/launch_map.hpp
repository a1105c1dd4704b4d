// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "core/link.hpp"
#include "core/result.hpp"

namespace moderato {

// How those who serve mpirun know the hosts, as words: ADDRESS=PREFIX, the words of the launch
// prefix joined with commas. Private to the module.

/// A word an endpoint. mpirun splits at blanks, so that a blank in one is an error.
Result<std::vector<std::string>> launch_map(const Link& link);

/// The prefix of the endpoint with this address; empty: it needs none.
Result<Argv> launch_prefix_of(const std::vector<std::string>& map, const std::string& address);

}  // namespace moderato
