// SPDX-License-Identifier: Apache-2.0
#include "nas/cfd/fluxes.hpp"

namespace moderato::workloads::nas::cfd {
namespace {

double second_difference(double low, double here, double high) {
  return low - 2 * here + high;
}

/// One line's points, whichever direction they lie in: before, at and behind each of a row's.
struct Line {
  const double *low, *here, *high;

  double second(int i) const { return second_difference(low[i], here[i], high[i]); }
};

/// Flux of mass: the momentum along the axis.
void add_mass(FluxWeights w, Line density, Line momentum, int size, const double* to, double* sum) {
#pragma omp simd
  for (int i = 0; i < size; ++i)
    sum[i] = to[i] + w.diffusion * density.second(i) -
             w.convection * (momentum.high[i] - momentum.low[i]);
}

/// Flux of a momentum across the axis, m v, and its shear.
void add_transverse_momentum(FluxWeights w, Line momentum, Line velocity, Line normal_velocity,
                             int size, const double* to, double* sum) {
#pragma omp simd
  for (int i = 0; i < size; ++i)
    sum[i] = to[i] + w.diffusion * momentum.second(i) + w.viscosity * velocity.second(i) -
             w.convection * (momentum.high[i] * normal_velocity.high[i] -
                             momentum.low[i] * normal_velocity.low[i]);
}

/// Flux of the momentum along the axis, m v + p, and its normal stress.
void add_normal_momentum(FluxWeights w, Line momentum, Line velocity, Line pressure, int size,
                         const double* to, double* sum) {
  const double stress = w.viscosity * 4 / 3;
#pragma omp simd
  for (int i = 0; i < size; ++i)
    sum[i] =
        to[i] + w.diffusion * momentum.second(i) + stress * velocity.second(i) -
        w.convection * (momentum.high[i] * velocity.high[i] - momentum.low[i] * velocity.low[i] +
                        pressure.high[i] - pressure.low[i]);
}

/// Flux of energy, (e + p) v; its conduction, and the work of the stress, v^2 / 6.
void add_energy(FluxWeights w, Line energy, Line pressure, Line velocity, Line heat, int size,
                const double* to, double* sum) {
  const double stress = w.viscosity / 6;
#pragma omp simd
  for (int i = 0; i < size; ++i) {
    const double work =
        second_difference(velocity.low[i] * velocity.low[i], velocity.here[i] * velocity.here[i],
                          velocity.high[i] * velocity.high[i]);
    sum[i] = to[i] + w.diffusion * energy.second(i) + w.viscosity * heat.second(i) + stress * work -
             w.convection * ((energy.high[i] + pressure.high[i]) * velocity.high[i] -
                             (energy.low[i] + pressure.low[i]) * velocity.low[i]);
  }
}

}  // namespace

FluxWeights flux_weights(Axis axis, int points) {
  const double per_h = points - 1;
  return {.convection = per_h / 2,
          .diffusion = second_dissipation[index_of(axis)] * per_h * per_h,
          .viscosity = viscosity * per_h * per_h};
}

void add_flux_differences(Axis axis, const FluxWeights& weights, const FluxRow& low,
                          const FluxRow& here, const FluxRow& high, int size,
                          const std::array<const double*, components>& to,
                          const std::array<double*, components>& sums) {
  const auto line = [&](auto row) { return Line{row(low), row(here), row(high)}; };
  const auto u = [&](int m) { return line([m](const FluxRow& row) { return row.u[m]; }); };
  const auto velocity = [&](int n) {
    return line([n](const FluxRow& row) { return row.primitives.velocity[n]; });
  };
  const Line pressure = line([](const FluxRow& row) { return row.primitives.pressure; });
  const Line heat = line([](const FluxRow& row) { return row.primitives.heat; });
  const int normal = index_of(axis);

  add_mass(weights, u(0), u(1 + normal), size, to[0], sums[0]);
  for (int n = 0; n < 3; ++n)
    if (n == normal)
      add_normal_momentum(weights, u(1 + n), velocity(n), pressure, size, to[1 + n], sums[1 + n]);
    else
      add_transverse_momentum(weights, u(1 + n), velocity(n), velocity(normal), size, to[1 + n],
                              sums[1 + n]);
  add_energy(weights, u(4), pressure, velocity(normal), heat, size, to[4], sums[4]);
}

}  // namespace moderato::workloads::nas::cfd
