// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "core/result.hpp"
#include "search/benchmark/figures.hpp"

namespace moderato::benchmark {

/// For people: a line for each of the figures, which are of one landscape, or of the mean.
std::string table(const std::vector<Figures>& rows, const Questions& questions);

/// Everything, schema "moderato-search-benchmark/1"; `conditions` is any JSON text that says how it
/// was measured.
std::string to_json(const std::vector<Figures>& all, const Questions& questions,
                    const std::string& conditions);

/// The figures of an earlier to_json(). An error if that was measured under other conditions: then
/// nobody could hold them against ours.
Result<std::vector<Figures>> from_json(const std::string& text, const std::string& source,
                                       const Questions& questions, const std::string& conditions);

}  // namespace moderato::benchmark
