// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "search/benchmark/figures.hpp"

namespace moderato::benchmark {

/// For people: a line for each of the figures, which are of one landscape, or of the mean.
std::string table(const std::vector<Figures>& rows, const Questions& questions);

/// Everything, schema "moderato-search-benchmark/1"; `conditions` is any JSON text that says how it
/// was measured.
std::string to_json(const std::vector<Figures>& all, const Questions& questions,
                    const std::string& conditions);

}  // namespace moderato::benchmark
