// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace moderato {

/// How far two single trials of the same settings in the same round lie apart, as log ratios.
/// Outliers do not count: with them nearly every effect would lie within the noise.
struct Repeatability {
  std::size_t n = 0;  ///< degrees of freedom
  double sd = 0;      ///< robust standard deviation of such a difference
  double limit = 0;  ///< 95 % lie closer together, outliers aside: 1.96 sd (ISO 5725 calls this the
                     ///< repeatability limit), but no less than `negligible`
};

/// Where trials repeat to the tick, a difference of a tick (0.1 %) is still no effect.
inline constexpr double negligible = 0.001;

/// `calibration`: log ratios of the baseline against itself. `repeated`: for each settings that
/// were measured in several rounds, their log ratios to the baseline, one a round; only how these
/// differ among themselves counts, so that an effect is not taken for noise. sd: 3.1388 times the
/// lower quartile of all |differences|, those between two ratios divided by sqrt(2) first. This is
/// Qn (Rousseeuw & Croux, Alternatives to the Median Absolute Deviation, 1993): nearly half of the
/// trials may be outliers, and it needs no centre, which three rounds could not tell.
/// Precondition: finite.
Repeatability repeatability_of(std::span<const double> calibration,
                               std::span<const std::vector<double>> repeated);

}  // namespace moderato
