// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "nas/cfd/space_operator.hpp"

namespace moderato::workloads::nas::cfd {

/// A row of points, or the row before or behind it in some direction.
struct FluxRow {
  std::array<const double*, components> u;
  Primitives primitives;
};

/// What the differences along one direction are multiplied with; h is the distance of the points.
struct FluxWeights {
  double convection;  ///< 1 / 2h
  double diffusion;   ///< d / h^2, the second-order dissipation
  double viscosity;   ///< k3 k4 / h^2
};
FluxWeights flux_weights(Axis axis, int points);

/// sums = to + the differences along `axis` of the convective and viscous fluxes, and of the
/// second-order dissipation, at the `size` points of five rows.
void add_flux_differences(Axis axis, const FluxWeights& weights, const FluxRow& low,
                          const FluxRow& here, const FluxRow& high, int size,
                          const std::array<const double*, components>& to,
                          const std::array<double*, components>& sums);

}  // namespace moderato::workloads::nas::cfd
