// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/result.hpp"
#include "search/benchmark/landscape.hpp"

namespace moderato::benchmark {

/// Reads a recorded landscape, schema "moderato-landscape/1" (tests/landscapes/README.md). The
/// truth of a candidate is the median over its rounds of log(its score / the baseline's in that
/// round); what single rounds were above that are its residuals. One that failed in every round has
/// NaN.
Result<Landscape> parse_landscape(const std::string& text, const std::string& source);

/// All *.json of a folder, by name; none if there is no such folder.
Result<std::vector<Landscape>> recorded_landscapes(const std::filesystem::path& folder);

}  // namespace moderato::benchmark
