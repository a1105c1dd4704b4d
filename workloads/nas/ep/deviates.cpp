// SPDX-License-Identifier: Apache-2.0
#include "nas/ep/deviates.hpp"

#include <algorithm>
#include <cmath>
#include <span>

namespace moderato::workloads::nas::ep {
namespace {

/// All of a block stays in the first-level cache, and each step is a loop of its own
/// over contiguous numbers, which the compiler can vectorise.
constexpr std::size_t block_pairs = 512;

struct Block {
  std::array<double, 2 * block_pairs> uniform;  ///< x and y of each pair in turn
  std::array<double, block_pairs> x, y, t;      ///< of the accepted ones, in front
};

/// Returns how many are accepted. Every pair is written, over the last one if that was not
/// accepted: a branch that goes wrong in a fifth of all cases would cost more.
std::size_t accept(Block& block, std::size_t pairs) {
  std::size_t accepted = 0;
  for (std::size_t i = 0; i < pairs; ++i) {
    const double x = 2 * block.uniform[2 * i] - 1;
    const double y = 2 * block.uniform[2 * i + 1] - 1;
    const double t = x * x + y * y;
    block.x[accepted] = x;
    block.y[accepted] = y;
    block.t[accepted] = t;
    accepted += t <= 1 ? 1 : 0;
  }
  return accepted;
}

void transform(Block& block, std::size_t accepted) {
  double* const t = block.t.data();
  for (std::size_t i = 0; i < accepted; ++i)
    block.uniform[i] = std::log(t[i]);
  for (std::size_t i = 0; i < accepted; ++i) {
    const double scale = std::sqrt(-2 * block.uniform[i] / t[i]);
    block.x[i] *= scale;
    block.y[i] *= scale;
  }
}

struct Sums {
  double plain = 0, absolute = 0;
};

/// In four partial sums, so that an addition need not wait for the one before it.
Sums sums_of(std::span<const double> numbers) {
  constexpr std::size_t lanes = 4;
  std::array<double, lanes> plain{}, absolute{};
  const std::size_t whole = numbers.size() / lanes * lanes;
  for (std::size_t i = 0; i < whole; i += lanes) {
    for (std::size_t lane = 0; lane < lanes; ++lane) {
      plain[lane] += numbers[i + lane];
      absolute[lane] += std::abs(numbers[i + lane]);
    }
  }
  Sums sums{plain[0] + plain[1] + (plain[2] + plain[3]),
            absolute[0] + absolute[1] + (absolute[2] + absolute[3])};
  for (const double number : numbers.subspan(whole)) {
    sums.plain += number;
    sums.absolute += std::abs(number);
  }
  return sums;
}

void tally_block(const Block& block, std::size_t accepted, Tally& tally) {
  const Sums x = sums_of({block.x.data(), accepted}), y = sums_of({block.y.data(), accepted});
  tally.sum_x += x.plain;
  tally.sum_y += y.plain;
  tally.absolute_sum_x += x.absolute;
  tally.absolute_sum_y += y.absolute;
  for (std::size_t i = 0; i < accepted; ++i) {
    // t is at least 2^-90, so that no deviate exceeds 11.2; the outermost annulus takes the rest.
    const auto annulus =
        static_cast<unsigned>(std::max(std::abs(block.x[i]), std::abs(block.y[i])));
    ++tally.counts[std::min<unsigned>(annulus, annuli - 1)];
  }
}

}  // namespace

void add_deviates(Random& random, std::size_t pairs, Tally& tally) {
  Block block;
  for (std::size_t done = 0; done < pairs; done += block_pairs) {
    const std::size_t now = std::min(block_pairs, pairs - done);
    random.fill({block.uniform.data(), 2 * now});
    const std::size_t accepted = accept(block, now);
    transform(block, accepted);
    tally_block(block, accepted, tally);
  }
}

}  // namespace moderato::workloads::nas::ep
