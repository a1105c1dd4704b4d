// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstdint>
#include <numbers>
#include <string_view>

namespace moderato::benchmark {

/// Mixes a word into a key (the finalizer of SplitMix64: Steele, Lea, Flood 2014).
constexpr std::uint64_t mixed(std::uint64_t key, std::uint64_t word) {
  std::uint64_t z = key + 0x9e3779b97f4a7c15 * (word + 1);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}

/// FNV-1a; std::hash may differ from library to library.
constexpr std::uint64_t hashed(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const char c : text)
    hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return hash;
}

/// Random numbers that depend on the key alone; cheap to start, so that there can be one for each
/// measurement.
class Luck {
 public:
  explicit Luck(std::uint64_t key) : key_(key) {}

  std::uint64_t bits() { return mixed(key_, count_++); }
  /// In [0, 1).
  double uniform() { return static_cast<double>(bits() >> 11) * 0x1p-53; }
  /// Below `size`.
  std::size_t index(std::size_t size) {
    return static_cast<std::size_t>(uniform() * static_cast<double>(size));
  }
  double normal() {  // Box & Muller
    const double radius = std::sqrt(-2 * std::log(1 - uniform()));
    return radius * std::cos(2 * std::numbers::pi * uniform());
  }

 private:
  std::uint64_t key_;
  std::uint64_t count_ = 0;
};

}  // namespace moderato::benchmark
