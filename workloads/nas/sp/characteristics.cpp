// SPDX-License-Identifier: Apache-2.0
#include "nas/sp/characteristics.hpp"

#include <cmath>
#include <numbers>

namespace moderato::workloads::nas::sp {
namespace {

constexpr double root_half = 1 / std::numbers::sqrt2;

/// Square of the speed of sound.
inline double sound_squared(double volume, double energy, double kinetic) {
  return cfd::k1 * cfd::k2 * (energy * volume - kinetic);
}

}  // namespace

void to_characteristics_of_x(ConstRows u, double scale, Rows values, int size) {
  const double *rho = u[0], *mx = u[1], *my = u[2], *mz = u[3], *energy = u[4];
  double *r1 = values[0], *r2 = values[1], *r3 = values[2], *r4 = values[3], *r5 = values[4];
#pragma omp simd
  for (int i = 0; i < size; ++i) {
    const double volume = 1 / rho[i];
    const double vx = mx[i] * volume, vy = my[i] * volume, vz = mz[i] * volume;
    const double kinetic = 0.5 * (vx * vx + vy * vy + vz * vz);
    const double c2 = sound_squared(volume, energy[i], kinetic);
    const double d_pressure =
        cfd::k2 * (kinetic * r1[i] - vx * r2[i] - vy * r3[i] - vz * r4[i] + r5[i]);
    const double entropy = d_pressure / c2;
    const double shear = scale * volume;
    const double sound = root_half * shear * std::sqrt(c2) * entropy;
    const double impulse = root_half * shear * (r2[i] - vx * r1[i]);
    r2[i] = shear * (r4[i] - vz * r1[i]);
    r3[i] = shear * (vy * r1[i] - r3[i]);
    r1[i] = scale * (r1[i] - entropy);
    r4[i] = sound + impulse;
    r5[i] = sound - impulse;
  }
}

void from_x_to_y(Rows values, int size) {
  double *r1 = values[0], *r2 = values[1], *r3 = values[2], *r4 = values[3], *r5 = values[4];
#pragma omp simd
  for (int i = 0; i < size; ++i) {
    const double t1 = root_half * r3[i], t2 = 0.5 * (r4[i] + r5[i]);
    const double old_r1 = r1[i];
    r1[i] = -r2[i];
    r2[i] = old_r1;
    r3[i] = root_half * (r4[i] - r5[i]);
    r4[i] = t2 - t1;
    r5[i] = t2 + t1;
  }
}

void from_y_to_z(Rows values, int size) {
  double *r1 = values[0], *r2 = values[1], *r3 = values[2], *r4 = values[3], *r5 = values[4];
#pragma omp simd
  for (int i = 0; i < size; ++i) {
    const double t1 = root_half * r1[i], t2 = 0.5 * (r4[i] + r5[i]);
    const double old_r2 = r2[i];
    r1[i] = root_half * (r4[i] - r5[i]);
    r2[i] = -r3[i];
    r3[i] = old_r2;
    r4[i] = t2 - t1;
    r5[i] = t2 + t1;
  }
}

void add_characteristics_of_z(ConstRows values, Rows u, int size) {
  const double *r1 = values[0], *r2 = values[1], *r3 = values[2], *r4 = values[3], *r5 = values[4];
  double *rho = u[0], *mx = u[1], *my = u[2], *mz = u[3], *energy = u[4];
#pragma omp simd
  for (int i = 0; i < size; ++i) {
    const double volume = 1 / rho[i];
    const double vx = mx[i] * volume, vy = my[i] * volume, vz = mz[i] * volume;
    const double kinetic = 0.5 * (vx * vx + vy * vy + vz * vz);
    const double c2 = sound_squared(volume, energy[i], kinetic);
    const double density = root_half * rho[i];
    const double sound = density / std::sqrt(c2) * (r4[i] + r5[i]);
    const double impulse = density * (r4[i] - r5[i]);
    const double mass = r3[i] + sound;
    energy[i] +=
        rho[i] * (vy * r1[i] - vx * r2[i]) + kinetic * mass + c2 / cfd::k2 * sound + vz * impulse;
    mx[i] += vx * mass - rho[i] * r2[i];
    my[i] += vy * mass + rho[i] * r1[i];
    mz[i] += vz * mass + impulse;
    rho[i] += mass;
  }
}

}  // namespace moderato::workloads::nas::sp
