// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>

namespace moderato::workloads::nas {

/// The pseudorandom numbers of the NAS Parallel Benchmarks (RNR-94-007, section 2.3): the linear
/// congruential generator x' = a x mod 2^46 with a = 5^13, of which x 2^-46 is uniform in (0, 1).
/// Its period is 2^44. As 2^46 divides 2^64, the product may be taken modulo 2^64 first: a plain
/// multiplication of unsigned integers is exact.
namespace lcg {

constexpr int modulus_log2 = 46;
constexpr std::uint64_t modulus_mask = (std::uint64_t{1} << modulus_log2) - 1;
constexpr std::uint64_t multiplier = 1220703125;  // 5^13
constexpr double to_unit = 1.0 / static_cast<double>(std::uint64_t{1} << modulus_log2);

constexpr std::uint64_t multiply(std::uint64_t a, std::uint64_t x) {
  return a * x & modulus_mask;
}

/// a^n mod 2^46, by squaring.
constexpr std::uint64_t power(std::uint64_t a, std::uint64_t n) {
  std::uint64_t result = 1;
  for (; n != 0; n >>= 1) {
    if ((n & 1) != 0) result = multiply(result, a);
    a = multiply(a, a);
  }
  return result;
}

}  // namespace lcg

class Random {
 public:
  /// `seed`: odd and below 2^46, for the full period.
  explicit constexpr Random(std::uint64_t seed) : state_(seed & lcg::modulus_mask) {}

  /// The next number, in (0, 1).
  constexpr double next() {
    state_ = lcg::multiply(lcg::multiplier, state_);
    return static_cast<double>(state_) * lcg::to_unit;
  }
  /// Leaves out the next `count` numbers, in O(log count).
  constexpr void skip(std::uint64_t count) {
    state_ = lcg::multiply(lcg::power(lcg::multiplier, count), state_);
  }
  /// As many numbers as there are places: what next() would give one after the other, in a third of
  /// the time.
  void fill(std::span<double> numbers);

  constexpr std::uint64_t state() const { return state_; }

 private:
  std::uint64_t state_;
};

}  // namespace moderato::workloads::nas
