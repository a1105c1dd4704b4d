// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numeric>
#include <string>
#include <vector>

#include "whole_study.hpp"

namespace moderato {

// Links whose truth is known, for simulated studies.

namespace known {

/// One knob with 16 values, the baseline at the eighth.
inline Space one_knob() {
  std::vector<std::int64_t> values(16);
  std::iota(values.begin(), values.end(), 0);
  return {{{"rx-usecs", values}}, {}};
}

/// Two knobs, 8 x 6 values.
inline Space two_knobs() {
  return {{{"rx-usecs", {0, 2, 4, 8, 16, 32, 64, 128}}, {"rx-frames", {1, 4, 16, 32, 64, 128}}},
          {}};
}

inline double step(std::int64_t value) {
  return std::log2(static_cast<double>(value) + 1);
}

/// A number between -1 and 1 that settings always have, without any order (splitmix64).
inline double scatter(const Settings& settings) {
  std::uint64_t x = 0;
  for (const auto& [knob, value] : settings)
    x = (x ^ static_cast<std::uint64_t>(value)) + 0x9e3779b97f4a7c15u;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
  return static_cast<double>((x ^ (x >> 31)) >> 11) * 0x1p-52 - 1;
}

/// No setting has any effect.
inline KnownLink nothing(Space space, Settings baseline, Contamination noise = {}) {
  return {std::move(space), std::move(baseline), [](const Settings&) { return 0.0; }, noise};
}

/// One value is better than the baseline by `gain`, which nothing else is: the others are equal to
/// it or worse, by up to 50 %.
inline KnownLink one_better(double gain) {
  return {one_knob(), {{"rx-usecs", 7}}, [gain](const Settings& settings) {
            const auto value = settings.at("rx-usecs");
            if (value == 11) return std::log(1 - gain);
            return value > 3 ? 0 : std::log(1 + 0.125 * static_cast<double>(4 - value));
          }};
}

/// A valley over two knobs, whose floor is better than the baseline by `gain`; its neighbours are
/// nearly as good.
inline KnownLink valley(double gain) {
  const Settings baseline{{"rx-frames", 64}, {"rx-usecs", 32}};
  const auto depth = [](const Settings& settings) {
    const double usecs = step(settings.at("rx-usecs")) - step(2);
    const double frames = step(settings.at("rx-frames")) - step(4);
    return 0.02 * usecs * usecs + 0.01 * frames * frames;
  };
  const double scale = -std::log(1 - gain) / depth(baseline);
  return {two_knobs(), baseline, [=](const Settings& settings) { return scale * depth(settings); }};
}

/// Everything else is worse than the baseline, by 0.5 % at least and up to twice.
inline KnownLink nothing_better(Space space, const Settings& baseline) {
  return {std::move(space), baseline, [baseline](const Settings& settings) {
            if (settings == baseline) return 0.0;
            const double share = 0.5 + 0.5 * scatter(settings);
            return std::log(1 + 0.005 + share * share * share);
          }};
}

/// Every setting is better or worse, by up to 3 %.
inline KnownLink small_differences() {
  return {two_knobs(), {{"rx-frames", 16}, {"rx-usecs", 8}}, [](const Settings& settings) {
            return 0.03 * scatter(settings);
          }};
}

}  // namespace known
}  // namespace moderato
