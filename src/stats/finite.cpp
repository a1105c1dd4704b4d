// SPDX-License-Identifier: Apache-2.0
#include "stats/finite.hpp"

#include <fmt/format.h>

#include <cmath>
#include <stdexcept>

namespace moderato {

void require_finite(std::span<const double> values, const char* function) {
  for (std::size_t i = 0; i < values.size(); ++i)
    if (!std::isfinite(values[i]))
      throw std::invalid_argument(fmt::format("{}: value {} of {} is {}, not a finite number",
                                              function, i + 1, values.size(), values[i]));
}

}  // namespace moderato
