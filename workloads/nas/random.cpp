// SPDX-License-Identifier: Apache-2.0
#include "nas/random.hpp"

#include <array>

namespace moderato::workloads::nas {
namespace {

/// A multiplication waits for the one before it in its own stream only, so that many streams keep
/// the multiplier busy.
constexpr std::size_t streams = 8;
constexpr std::uint64_t stride_multiplier = lcg::power(lcg::multiplier, streams);

}  // namespace

void Random::fill(std::span<double> numbers) {
  std::array<std::uint64_t, streams> states;
  Random ahead = *this;
  for (std::uint64_t& state : states) {
    ahead.next();
    state = ahead.state();
  }
  const std::size_t whole = numbers.size() / streams * streams;
  for (std::size_t i = 0; i < whole; i += streams) {
    for (std::size_t s = 0; s < streams; ++s) {
      // Signed: that conversion is one instruction.
      numbers[i + s] = static_cast<double>(static_cast<std::int64_t>(states[s])) * lcg::to_unit;
      states[s] = lcg::multiply(stride_multiplier, states[s]);
    }
  }
  skip(whole);
  for (std::size_t i = whole; i < numbers.size(); ++i)
    numbers[i] = next();
}

}  // namespace moderato::workloads::nas
