// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <random>
#include <vector>

#include "core/knob.hpp"

namespace moderato {

// How latency depends on settings, and how it is measured: a known truth, so that a search can be
// held against it.

/// Settings have no effect where `optimum` is empty. Else the logarithm of the latency rises by
/// `slope` for each doubling that a knob is away from its optimum (of value + 1: 0 counts, too).
struct Landscape {
  Settings optimum;
  double slope = 0.1;
  double base_us = 20;  ///< at the optimum
};

double latency_us(const Landscape& landscape, const Settings& settings);

/// What disturbs a measurement.
struct Disturbance {
  double noise = 0;     ///< sigma of a lognormal factor, one of the run and one of each iteration
  double drift = 0;     ///< each run is slower than the one before by this fraction
  double outliers = 0;  ///< share of iterations that take 5 to 50 times as long
};

/// The iterations of run number `run`. The same seed and run give the same samples.
std::vector<double> measure(double latency, const Disturbance& disturbance, int iterations,
                            std::uint64_t seed, std::int64_t run);

}  // namespace moderato
