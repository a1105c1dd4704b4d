// SPDX-License-Identifier: Apache-2.0
#include "nas/ep/deviates.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <numeric>

using namespace moderato::workloads::nas;
using namespace moderato::workloads::nas::ep;

namespace {

constexpr std::uint64_t seed = 271828183;

/// The definition, pair by pair.
Tally by_definition(std::size_t pairs) {
  Random random(seed);
  Tally tally;
  for (std::size_t i = 0; i < pairs; ++i) {
    const double x = 2 * random.next() - 1;
    const double y = 2 * random.next() - 1;
    const double t = x * x + y * y;
    if (t > 1) continue;
    const double scale = std::sqrt(-2 * std::log(t) / t);
    tally.sum_x += x * scale;
    tally.sum_y += y * scale;
    tally.absolute_sum_x += std::abs(x * scale);
    tally.absolute_sum_y += std::abs(y * scale);
    ++tally.counts.at(static_cast<std::size_t>(std::max(std::abs(x * scale), std::abs(y * scale))));
  }
  return tally;
}

std::int64_t pairs_of(const Tally& tally) {
  return std::accumulate(tally.counts.begin(), tally.counts.end(), std::int64_t{0});
}

}  // namespace

TEST_CASE("the deviates are those of the definition, in blocks or pair by pair") {
  for (const std::size_t pairs : {0, 1, 2, 7, 511, 512, 513, 5000}) {
    CAPTURE(pairs);
    Random random(seed);
    Tally tally;
    add_deviates(random, pairs, tally);
    const Tally expected = by_definition(pairs);
    CHECK(tally.counts == expected.counts);
    CHECK(tally.sum_x == doctest::Approx(expected.sum_x).epsilon(1e-12));
    CHECK(tally.sum_y == doctest::Approx(expected.sum_y).epsilon(1e-12));
    CHECK(tally.absolute_sum_x == doctest::Approx(expected.absolute_sum_x).epsilon(1e-12));
    CHECK(tally.absolute_sum_y == doctest::Approx(expected.absolute_sum_y).epsilon(1e-12));
  }
}

TEST_CASE("batches that follow one another are one long one") {
  Random random(seed);
  Tally whole, parts;
  add_deviates(random, 4096, whole);
  for (std::uint64_t batch : {1, 3, 0, 2}) {  // in whatever order
    Random own(seed);
    own.skip(2 * 1024 * batch);
    add_deviates(own, 1024, parts);
  }
  CHECK(parts.counts == whole.counts);
  CHECK(parts.sum_x == doctest::Approx(whole.sum_x).epsilon(1e-12));
  CHECK(parts.absolute_sum_y == doctest::Approx(whole.absolute_sum_y).epsilon(1e-12));
}

TEST_CASE("pi/4 of the pairs are accepted, and their deviates are Gaussian") {
  constexpr std::size_t pairs = 200'000;
  Random random(seed);
  Tally tally;
  add_deviates(random, pairs, tally);
  const auto accepted = static_cast<double>(pairs_of(tally));
  CHECK(accepted / pairs == doctest::Approx(M_PI / 4).epsilon(0.005));
  CHECK(tally.absolute_sum_x / accepted == doctest::Approx(std::sqrt(2 / M_PI)).epsilon(0.01));
  CHECK(std::abs(tally.sum_x / accepted) < 0.01);
  const double inner = std::erf(1 / std::sqrt(2.0));  // P(|X| < 1), of both at once its square
  CHECK(static_cast<double>(tally.counts[0]) / accepted ==
        doctest::Approx(inner * inner).epsilon(0.01));
}
