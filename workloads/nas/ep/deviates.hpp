// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "nas/random.hpp"

namespace moderato::workloads::nas::ep {

/// Annulus l of the plane holds the pairs (X, Y) with l <= max(|X|, |Y|) < l + 1.
constexpr std::size_t annuli = 10;

/// What is kept of all pairs of Gaussian deviates.
struct Tally {
  double sum_x = 0, sum_y = 0;
  double absolute_sum_x = 0, absolute_sum_y = 0;
  std::array<std::int64_t, annuli> counts{};
};

/// Draws so many pairs of uniform numbers and adds the Gaussian deviates that they give, by
/// Marsaglia's polar method: x, y uniform in (-1, 1), accepted when t = x^2 + y^2 <= 1, give
/// X = x sqrt(-2 log t / t), and Y likewise.
void add_deviates(Random& random, std::size_t pairs, Tally& tally);

}  // namespace moderato::workloads::nas::ep
