// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <random>
#include <span>
#include <vector>

#include "search/encoding.hpp"

namespace moderato {

// Where a search begins. Indices are rows of `points`. Private to the module.

/// For each of `wanted` the closest of `points` in its branch; each row once, in order. Branches
/// without points give none.
std::vector<Eigen::Index> closest(const Points& wanted, const Points& points);

/// `count` rows of one branch that are far from each other and from those `taken` already: starting
/// from a random one where nothing is taken, each next one as far as possible from all before
/// (ties: a random one).
std::vector<Eigen::Index> spread_out(const Points& points, int branch, std::size_t count,
                                     std::span<const Eigen::Index> taken, std::mt19937_64& random);

}  // namespace moderato
