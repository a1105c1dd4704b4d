// SPDX-License-Identifier: Apache-2.0
#include "stats/warm_up.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <functional>
#include <stdexcept>

#include "stats/contaminated.hpp"

namespace moderato {
namespace {

using Series = std::vector<double>;

/// Latencies of a run: `sample` gives one, from the place in the run.
Series series(std::size_t n, const std::function<double(std::size_t)>& sample) {
  Series values(n);
  for (std::size_t i = 0; i < n; ++i)
    values[i] = sample(i);
  return values;
}

/// Of heavy tail (Pareto, shape 1.5: no variance), independent.
Series heavy(std::size_t n, std::uint64_t seed) {
  ContaminatedNoise noise(seed);
  return series(n, [&](std::size_t) { return 20 * std::pow(1 - noise.uniform(), -1 / 1.5); });
}

/// Log-normal, each sample 0.9 correlated with the one before.
Series correlated(std::size_t n, std::uint64_t seed) {
  ContaminatedNoise noise(seed);
  double state = noise.normal();
  return series(n, [&](std::size_t) {
    state = 0.9 * state + std::sqrt(1 - 0.81) * noise.normal();
    return 20 * std::exp(0.1 * state);
  });
}

struct Cuts {
  int runs = 0, cut = 0, unsettled = 0;
  double share = 0;  ///< of all samples
};

Cuts cuts_of(int runs, const std::function<Series(std::uint64_t)>& run) {
  Cuts cuts{.runs = runs};
  for (int seed = 1; seed <= runs; ++seed) {
    const Series samples = run(static_cast<std::uint64_t>(seed));
    const WarmUp found = warm_up_of(samples);
    cuts.cut += found.cut > 0;
    cuts.unsettled += !found.settled;
    cuts.share += static_cast<double>(found.cut) / static_cast<double>(samples.size()) / cuts.runs;
  }
  return cuts;
}

/// Samples that take `factor` times as long at the beginning, until `length`.
Series with_step(Series samples, std::size_t length, double factor) {
  for (std::size_t i = 0; i < length; ++i)
    samples[i] *= factor;
  return samples;
}

}  // namespace

TEST_CASE("a stationary series of a heavy tail is cut by little") {
  const Cuts cuts = cuts_of(200, [](auto seed) { return heavy(2000, seed); });
  CHECK(cuts.cut + cuts.unsettled <= 6);
  CHECK(cuts.share <= 0.01);
}

TEST_CASE("a stationary series whose samples follow one another closely is cut by little") {
  const Cuts cuts = cuts_of(200, [](auto seed) { return correlated(4000, seed); });
  CHECK(cuts.cut + cuts.unsettled <= 6);
  CHECK(cuts.share <= 0.01);
}

TEST_CASE("a planted warm-up is found, and no more than it is cut") {
  for (const std::size_t length : {100u, 400u, 900u}) {
    CAPTURE(length);
    int found = 0;
    for (int seed = 1; seed <= 20; ++seed) {
      const auto samples = with_step(heavy(2000, static_cast<std::uint64_t>(seed)), length, 2);
      const WarmUp warm_up = warm_up_of(samples);
      found += warm_up.settled && warm_up.cut >= length * 8 / 10 && warm_up.cut <= length + 100;
    }
    CHECK(found >= 18);
  }
}

TEST_CASE("a warm-up that fades out is cut where it is lost in the noise") {
  ContaminatedNoise noise(1);
  const auto samples = series(4000, [&](std::size_t i) {
    return 20 * std::exp(0.2 * noise.normal() + 1.5 * std::exp(-static_cast<double>(i) / 100));
  });
  const WarmUp warm_up = warm_up_of(samples);
  CHECK(warm_up.settled);
  CHECK(warm_up.cut >= 150);
  CHECK(warm_up.cut <= 800);
}

TEST_CASE("outliers, single ones or in a burst, are taken for no warm-up") {
  for (int seed = 1; seed <= 20; ++seed) {
    CAPTURE(seed);
    auto samples = heavy(2000, static_cast<std::uint64_t>(seed));
    for (const std::size_t i : {0u, 3u, 17u, 60u})  // of the first 100
      samples[i] *= 1000;
    for (std::size_t i = 300; i < 400; ++i)
      samples[i] *= 50;
    CHECK(warm_up_of(samples).cut == 0);
  }
}

TEST_CASE("what changes after the half did not settle, and nothing is cut") {
  const WarmUp late = warm_up_of(with_step(heavy(2000, 1), 1400, 3));
  CHECK_FALSE(late.settled);
  CHECK(late.cut == 0);
  ContaminatedNoise noise(1);
  const auto rising = series(
      2000, [&](std::size_t i) { return 20 + 0.05 * static_cast<double>(i) + noise.normal(); });
  CHECK_FALSE(warm_up_of(rising).settled);
}

TEST_CASE("a cut that would leave too few samples is none") {
  const auto samples = with_step(heavy(500, 1), 150, 4);
  CHECK(warm_up_of(samples, 300).cut > 0);
  CHECK_FALSE(warm_up_of(samples, 400).settled);
  CHECK(warm_up_of(samples, 400).cut == 0);
}

TEST_CASE("the clock's ticks, equal samples and few samples say nothing") {
  CHECK(warm_up_of(Series(1000, 7.0)).cut == 0);
  CHECK(warm_up_of(Series(1000, 7.0)).settled);
  CHECK(warm_up_of(Series{}).settled);
  CHECK(warm_up_of(with_step(Series(90, 1.0), 40, 9)).cut == 0);
  CHECK_THROWS_AS(warm_up_of(Series{1, std::nan("")}), std::invalid_argument);
}

TEST_CASE("units and clocks do not matter: any rising scale gives the same cut") {
  auto samples = with_step(heavy(2000, 5), 300, 2);
  const WarmUp before = warm_up_of(samples);
  for (double& value : samples)
    value = std::log(value);
  CHECK(warm_up_of(samples).cut == before.cut);
}

}  // namespace moderato
