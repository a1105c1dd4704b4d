// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <random>
#include <span>
#include <vector>

#include "search/encoding.hpp"

namespace moderato {

// Where a search begins. Indices are rows of `points`. Private to the module.

/// Settings as candidates without a number.
std::vector<Candidate> as_candidates(const std::vector<Settings>& settings);

/// For each of `wanted` the closest of `points` in its branch; each row once, in order. Branches
/// without points give none.
std::vector<Eigen::Index> closest(const Points& wanted, const Points& points);

/// The place of each value among the distinct ones of its column.
Eigen::MatrixXi ranks_of(const Eigen::MatrixXd& x);

/// Of `rows` those with the most values that none of `taken` has, in order.
std::vector<Eigen::Index> with_new_values(const Eigen::MatrixXi& ranks,
                                          std::span<const Eigen::Index> rows,
                                          std::span<const Eigen::Index> taken);

/// `count` rows of one branch that are far from each other and from those `taken` already: starting
/// from a random one where nothing is taken, each next one as far as possible from all before
/// (ties: a random one), of those with the most values that none of these has. Without that, the
/// corners would have most of them, and the few values of a small space would be met late.
std::vector<Eigen::Index> spread_out(const Points& points, const Eigen::MatrixXi& ranks, int branch,
                                     std::size_t count, std::span<const Eigen::Index> taken,
                                     std::mt19937_64& random);

}  // namespace moderato
