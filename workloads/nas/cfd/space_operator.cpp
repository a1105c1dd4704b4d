// SPDX-License-Identifier: Apache-2.0
#include "nas/cfd/space_operator.hpp"

#include <algorithm>

#include "nas/cfd/exact.hpp"
#include "nas/cfd/fluxes.hpp"

namespace moderato::workloads::nas::cfd {
namespace {

constexpr int primitive_count = 5;

std::array<const double*, components> rows_of(const Field& field, int j, int k) {
  std::array<const double*, components> rows;
  for (int m = 0; m < components; ++m)
    rows[m] = field.row(m, j, k);
  return rows;
}

/// The row moved by `by` points along x.
FluxRow shifted(FluxRow row, int by) {
  for (const double*& u : row.u)
    u += by;
  for (const double*& velocity : row.primitives.velocity)
    velocity += by;
  row.primitives.pressure += by;
  row.primitives.heat += by;
  return row;
}

using Taps = std::array<double, 5>;
constexpr Taps central{1, -4, 6, -4, 1};

/// Points between neighbours along x, y and z.
using Strides = std::array<std::ptrdiff_t, 3>;

/// sums -= fourth_dissipation * (the fourth differences along x, y and z), all of them central.
void subtract_central_differences(const double* u, Strides strides, int size, double* sums) {
  const auto [x, y, z] = strides;
#pragma omp simd
  for (int i = 0; i < size; ++i) {
    const double near = (u[i - x] + u[i + x]) + (u[i - y] + u[i + y]) + (u[i - z] + u[i + z]);
    const double far = (u[i - 2 * x] + u[i + 2 * x]) + (u[i - 2 * y] + u[i + 2 * y]) +
                       (u[i - 2 * z] + u[i + 2 * z]);
    sums[i] -= fourth_dissipation * (18 * u[i] - 4 * near + far);
  }
}

/// The same along one axis.
void subtract_difference(const Taps& taps, const double* u, std::ptrdiff_t stride, int size,
                         double* sums) {
#pragma omp simd
  for (int i = 0; i < size; ++i)
    sums[i] -= fourth_dissipation *
               (taps[0] * u[i - 2 * stride] + taps[1] * u[i - stride] + taps[2] * u[i] +
                taps[3] * u[i + stride] + taps[4] * u[i + 2 * stride]);
}

/// Takes back what the central difference along x has counted at the two points next to the
/// boundary and the one-sided one does not. `inwards`: 1 or -1.
void make_one_sided(const double* u, double* sums, int inwards) {
  sums[0] += fourth_dissipation * (u[-2 * inwards] - 4 * u[-inwards] + u[0]);
  sums[inwards] += fourth_dissipation * u[-inwards];
}

}  // namespace

SpaceOperator::SpaceOperator(const Block& block)
    : block_(block),
      row_(block.size[0] + 2),
      plane_(primitive_count * row_ * (block.size[1] + 2)),
      planes_(static_cast<std::size_t>(3 * plane_)) {}

Primitives SpaceOperator::primitives(int j, int k) const {
  const double* row = planes_.data() + (k + 3) % 3 * plane_ + (j + 1) * primitive_count * row_ + 1;
  return {.velocity = {row, row + row_, row + 2 * row_},
          .pressure = row + 3 * row_,
          .heat = row + 4 * row_};
}

void SpaceOperator::fill_primitives(const Field& solution, int k) {
  const int end = block_.size[0] + 1;
  for (int j = -1; j <= block_.size[1]; ++j) {
    const auto u = rows_of(solution, j, k);
    double* row = planes_.data() + (primitives(j, k).velocity[0] - planes_.data());
    double *vx = row, *vy = row + row_, *vz = row + 2 * row_, *pressure = row + 3 * row_,
           *heat = row + 4 * row_;
#pragma omp simd
    for (int i = -1; i < end; ++i) {
      const double volume = 1 / u[0][i];
      vx[i] = u[1][i] * volume;
      vy[i] = u[2][i] * volume;
      vz[i] = u[3][i] * volume;
      const double kinetic = 0.5 * (vx[i] * vx[i] + vy[i] * vy[i] + vz[i] * vz[i]);
      pressure[i] = k2 * (u[4][i] - u[0][i] * kinetic);
      heat[i] = (1 - k1 * k5) * kinetic + k1 * k5 * u[4][i] * volume;
    }
  }
}

void SpaceOperator::add_dissipation(const Field& solution, int j, int k, Field& right_hand_side) {
  const auto taps_at = [&](Axis axis, int local) {
    const int a = index_of(axis);
    return fourth_difference(block_.first[a] + local, block_.grid[a]);
  };
  const int size = block_.size[0];
  const Taps along_y = taps_at(Axis::y, j), along_z = taps_at(Axis::z, k);
  const Strides strides{1, solution.j_stride(), solution.k_stride()};
  for (int m = 0; m < components; ++m) {
    const double* u = solution.row(m, j, k);
    double* sums = right_hand_side.row(m, j, k);
    if (along_y == central && along_z == central) {
      subtract_central_differences(u, strides, size, sums);
    } else {
      subtract_difference(central, u, strides[0], size, sums);
      subtract_difference(along_y, u, strides[1], size, sums);
      subtract_difference(along_z, u, strides[2], size, sums);
    }
    if (block_.at_start(Axis::x)) make_one_sided(u, sums, 1);
    if (block_.at_end(Axis::x)) make_one_sided(u + size - 1, sums + size - 1, -1);
  }
}

void SpaceOperator::add_row(const Field& solution, const Field& forcing, int j, int k,
                            Field& right_hand_side) {
  const auto row = [&](int at_j, int at_k) {
    return FluxRow{rows_of(solution, at_j, at_k), primitives(at_j, at_k)};
  };
  std::array<double*, components> sums;
  for (int m = 0; m < components; ++m)
    sums[m] = right_hand_side.row(m, j, k);
  const FluxRow here = row(j, k);
  const auto add = [&](Axis axis, const FluxRow& low, const FluxRow& high, const auto& to) {
    add_flux_differences(axis, flux_weights(axis, block_.grid[index_of(axis)]), low, here, high,
                         block_.size[0], to, sums);
  };
  add(Axis::x, shifted(here, -1), shifted(here, 1), rows_of(forcing, j, k));
  add(Axis::y, row(j - 1, k), row(j + 1, k), rows_of(right_hand_side, j, k));
  add(Axis::z, row(j, k - 1), row(j, k + 1), rows_of(right_hand_side, j, k));
}

void SpaceOperator::apply(const Field& solution, const Field& forcing, Field& right_hand_side,
                          const std::function<void(int)>& finish) {
  fill_primitives(solution, -1);
  fill_primitives(solution, 0);
  for (int k = 0; k < block_.size[2]; ++k) {
    fill_primitives(solution, k + 1);
    for (int j = 0; j < block_.size[1]; ++j) {
      add_row(solution, forcing, j, k, right_hand_side);
      add_dissipation(solution, j, k, right_hand_side);
    }
    finish(k);
  }
}

void SpaceOperator::set_forcing(Field& scratch, Field& forcing) {
  set_exact(block_, scratch);
  std::ranges::fill(forcing.values(), 0.0);
  apply(scratch, forcing, forcing);
  for (double& value : forcing.values())
    value = -value;
}

}  // namespace moderato::workloads::nas::cfd
