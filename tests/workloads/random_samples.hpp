// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <random>
#include <vector>

/// The same durations in the program that prints them and in the test that reads them: every byte
/// value at every place.
inline std::vector<std::int64_t> random_samples(std::size_t count) {
  std::mt19937 random(11);
  std::vector<std::int64_t> durations(count);
  for (std::int64_t& duration : durations)
    duration = static_cast<std::int64_t>(random());
  return durations;
}
