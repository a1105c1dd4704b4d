// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <random>
#include <vector>

namespace moderato {

// What the rank tests share.

/// An aligned score on a grid of 2^-30 (1e-9 of a log score, far below any clock). Without the grid
/// `(x + drift) - (median + drift)` would break ties by its last bit.
double on_grid(double aligned);

/// Twice the mid-rank of `score`: ranks below + 1 to ranks up to it, averaged and doubled.
std::int64_t doubled_rank(const std::vector<double>& sorted, double score);

/// Uniform in [0, bound). std::uniform_int_distribution differs between standard libraries.
std::uint64_t below(std::uint64_t bound, std::mt19937_64& generator);

}  // namespace moderato
