// SPDX-License-Identifier: Apache-2.0
#include "fakes/landscape.hpp"

#include <cmath>

namespace moderato {
namespace {

double doublings(std::int64_t from, std::int64_t to) {
  return std::abs(std::log2(static_cast<double>(to) + 1) -
                  std::log2(static_cast<double>(from) + 1));
}

}  // namespace

double latency_us(const Landscape& landscape, const Settings& settings) {
  double distance = 0;
  for (const auto& [id, best] : landscape.optimum) {
    const auto found = settings.find(id);
    if (found != settings.end()) distance += doublings(best, found->second);
  }
  return landscape.base_us * std::exp(landscape.slope * distance);
}

std::vector<double> measure(double latency, const Disturbance& disturbance, int iterations,
                            std::uint64_t seed, std::int64_t run) {
  std::seed_seq sequence{seed, seed >> 32, static_cast<std::uint64_t>(run)};
  std::mt19937_64 random(sequence);
  std::normal_distribution<double> normal;
  std::uniform_real_distribution<double> uniform;
  const auto lognormal = [&] { return std::exp(disturbance.noise * normal(random)); };
  const double drifted = latency * std::pow(1 + disturbance.drift, static_cast<double>(run));
  const double level = drifted * lognormal();
  std::vector<double> samples;
  for (int i = 0; i < iterations; ++i) {
    const bool outlier = uniform(random) < disturbance.outliers;
    samples.push_back(level * lognormal() * (outlier ? 5 + 45 * uniform(random) : 1));
  }
  return samples;
}

}  // namespace moderato
