// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "nas/cfd/fluxes.hpp"

// The Jacobians of the fluxes, never as matrices: what is needed of them is their products with a
// vector, and those are the first-order changes of the fluxes when the state u changes by du. All
// of it is inlined into loops over points that the compiler vectorises.

namespace moderato::workloads::nas::lu {

using cfd::State;
using Vector = std::array<double, 3>;  ///< in space

constexpr double omega = 1.2;  ///< over-relaxation

/// What the Jacobians need of a state.
struct Flow {
  double volume;  ///< of a unit of mass, 1 / density
  Vector velocity;
  double energy, enthalpy;  ///< of a unit of mass
  double kinetic;           ///< of a unit of mass
};

[[gnu::always_inline]] inline Flow flow_of(const State& u) {
  const double volume = 1 / u[0];
  const Vector v{u[1] * volume, u[2] * volume, u[3] * volume};
  const double kinetic = 0.5 * (v[0] * v[0] + v[1] * v[1] + v[2] * v[2]);
  const double energy = u[4] * volume;
  return {volume, v, energy, cfd::k1 * energy - cfd::k2 * kinetic, kinetic};
}

/// First-order changes that come with du.
struct Change {
  Vector impulse;   ///< density times the change of velocity
  Vector velocity;  ///< change of velocity
  double pressure, heat;
};

[[gnu::always_inline]] inline Change change_of(const Flow& flow, const State& du) {
  const Vector& v = flow.velocity;
  const Vector impulse{du[1] - v[0] * du[0], du[2] - v[1] * du[0], du[3] - v[2] * du[0]};
  const Vector velocity{impulse[0] * flow.volume, impulse[1] * flow.volume,
                        impulse[2] * flow.volume};
  const double kinetic = v[0] * velocity[0] + v[1] * velocity[1] + v[2] * velocity[2];
  const double energy = (du[4] - flow.energy * du[0]) * flow.volume;
  return {impulse, velocity,
          cfd::k2 * (flow.kinetic * du[0] - v[0] * du[1] - v[1] * du[2] - v[2] * du[3] + du[4]),
          (1 - cfd::k1 * cfd::k5) * kinetic + cfd::k1 * cfd::k5 * energy};
}

/// (convection A + viscosity N + diffusion) du, where A and N are the Jacobians of the convective
/// flux and of what the viscous flux is a gradient of, along the axis `n`.
template <int n>
[[gnu::always_inline]] inline State flux_change(const cfd::FluxWeights& w, const Flow& flow,
                                                const State& du, const Change& c) {
  const Vector& v = flow.velocity;
  State flux;
  flux[0] = w.convection * du[1 + n] + w.diffusion * du[0];
  for (int a = 0; a < 3; ++a)
    flux[1 + a] = w.convection * (v[a] * du[1 + n] + v[n] * c.impulse[a]) +
                  w.viscosity * c.velocity[a] + w.diffusion * du[1 + a];
  flux[1 + n] += w.convection * c.pressure + w.viscosity * (1.0 / 3) * c.velocity[n];
  flux[4] = w.convection * (v[n] * (du[4] + c.pressure) + flow.enthalpy * c.impulse[n]) +
            w.viscosity * (c.heat + v[n] * c.velocity[n] * (1.0 / 3)) + w.diffusion * du[4];
  return flux;
}

/// The block on the diagonal, D = unit + 2 dt (N_x / hx^2 + N_y / hy^2 + N_z / hz^2), where the
/// second-order dissipation is part of `unit`.
struct DiagonalBlock {
  double unit;
  Vector viscosity;   ///< 2 dt k3 k4 / h^2 along each axis
  double conduction;  ///< their sum
};

/// Solves D x = r. The viscous stress of a momentum depends on that momentum and on density alone,
/// and conduction on all: D is lower triangular, and forward substitution is all that it takes.
[[gnu::always_inline]] inline State solve(const DiagonalBlock& d, const Flow& flow,
                                          const State& r) {
  const double heat = (1 - cfd::k1 * cfd::k5) * d.conduction;
  const double conduction = cfd::k1 * cfd::k5 * d.conduction * flow.volume;
  State x;
  x[0] = r[0] / d.unit;
  double rest = r[4] + conduction * flow.energy * x[0];
  for (int a = 0; a < 3; ++a) {
    const double v = flow.velocity[a];
    const double stress = (d.conduction + d.viscosity[a] * (1.0 / 3)) * flow.volume;
    x[1 + a] = (r[1 + a] + stress * v * x[0]) / (d.unit + stress);
    rest -= (heat + d.viscosity[a] * (1.0 / 3)) * v * (x[1 + a] - v * x[0]) * flow.volume;
  }
  x[4] = rest / (d.unit + conduction);
  return x;
}

}  // namespace moderato::workloads::nas::lu
