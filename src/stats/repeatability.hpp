// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <map>
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

/// The log scores of one round by the number of the settings; 0 is the baseline.
using NumberedScores = std::map<int, double>;

/// `calibration`: log ratios of the baseline against itself. `series`: rounds with the same
/// numbering, those of a phase. For each settings and each two of its rounds the difference is what
/// their score changed by from one round to the other, less the median change of all else that is
/// in both: so neither an effect nor the drift of the machine is taken for noise, and one disturbed
/// trial, be it the baseline, does not spoil its round for all. With m others such a difference is
/// sqrt(1 + v) times as wide as that of two trials, and divided by that; v, the variance of a
/// median of m to that of one: 1 / m up to 2, else about pi / 2m. sd: 3.1388 times the lower
/// quartile of all |differences|. This is Qn (Rousseeuw & Croux, Alternatives to the Median
/// Absolute Deviation, 1993): nearly half of the trials may be outliers, and it needs no centre,
/// which three rounds could not tell. Precondition: finite.
Repeatability repeatability_of(std::span<const double> calibration,
                               std::span<const std::vector<NumberedScores>> series);

}  // namespace moderato
