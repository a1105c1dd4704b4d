// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace moderato {

/// One comparison: its ratio, and the interval where there is one.
struct IntervalMark {
  std::string label;
  double ratio = 1;
  double low = 1, high = 1;  ///< both equal to `ratio`: no interval
  bool significant = false;  ///< filled dot, else hollow
  bool chosen = false;
};

/// One candidate of the search.
struct DotMark {
  std::string label;
  double ratio = 1;
  bool finalist = false;
};

/// Dots and whiskers, a row a mark, on a logarithmic axis of ratios; a line at 1 (the baseline) and
/// a band of what `noise_floor` (a log ratio, 0 = none) calls noise between single trials. Colours
/// come from the classes of the page. Marks that are no positive number are left out.
std::string interval_plot(const std::vector<IntervalMark>& marks, double noise_floor);

/// One dot a mark, in the given order from left to right, on the same kind of axis upwards.
std::string dot_plot(const std::vector<DotMark>& marks, double noise_floor);

/// Round ratios within [low, high], 0 < low < high: steps of 1, 2 or 5 where the range is narrow,
/// else 1, 2, 5 a decade. At most 11.
std::vector<double> ratio_ticks(double low, double high);

}  // namespace moderato
