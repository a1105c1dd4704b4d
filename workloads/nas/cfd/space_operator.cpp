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

/// sums -= fourth_dissipation * (fourth difference of u), whose neighbours are `stride` apart.
void subtract_fourth_difference(const std::array<double, 5>& taps, const double* u,
                                std::ptrdiff_t stride, int size, double* sums) {
  const double far_low = fourth_dissipation * taps[0], low = fourth_dissipation * taps[1],
               here = fourth_dissipation * taps[2], high = fourth_dissipation * taps[3],
               far_high = fourth_dissipation * taps[4];
#pragma omp simd
  for (int i = 0; i < size; ++i)
    sums[i] -= far_low * u[i - 2 * stride] + low * u[i - stride] + here * u[i] +
               high * u[i + stride] + far_high * u[i + 2 * stride];
}

/// Makes the central fourth difference the one-sided one at the ends: as if the values were
/// reflected at a zero on the boundary.
void reflect_at_ends(const Block& block, const double* u, double* reflected) {
  const int size = block.size[0];
  std::copy(u - 2, u + size + 2, reflected - 2);
  if (block.at_start(Axis::x)) {
    reflected[-1] = 0;
    reflected[-2] = -u[0];
  }
  if (block.at_end(Axis::x)) {
    reflected[size] = 0;
    reflected[size + 1] = -u[size - 1];
  }
}

}  // namespace

SpaceOperator::SpaceOperator(const Block& block)
    : block_(block),
      row_(block.size[0] + 2),
      plane_(primitive_count * row_ * (block.size[1] + 2)),
      planes_(static_cast<std::size_t>(3 * plane_)),
      reflected_(static_cast<std::size_t>(block.size[0] + 2 * solution_halo)) {}

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
  const std::array central{1.0, -4.0, 6.0, -4.0, 1.0};
  const int size = block_.size[0];
  for (int m = 0; m < components; ++m) {
    const double* u = solution.row(m, j, k);
    double* sums = right_hand_side.row(m, j, k);
    double* reflected = reflected_.data() + solution_halo;
    reflect_at_ends(block_, u, reflected);
    subtract_fourth_difference(central, reflected, 1, size, sums);
    subtract_fourth_difference(taps_at(Axis::y, j), u, solution.j_stride(), size, sums);
    subtract_fourth_difference(taps_at(Axis::z, k), u, solution.k_stride(), size, sums);
  }
}

void SpaceOperator::add_row(const Field& solution, int j, int k, Field& right_hand_side) {
  const auto row = [&](int at_j, int at_k) {
    return FluxRow{rows_of(solution, at_j, at_k), primitives(at_j, at_k)};
  };
  std::array<double*, components> sums;
  for (int m = 0; m < components; ++m)
    sums[m] = right_hand_side.row(m, j, k);
  const FluxRow here = row(j, k);
  const auto add = [&](Axis axis, const FluxRow& low, const FluxRow& high) {
    add_flux_differences(axis, flux_weights(axis, block_.grid[index_of(axis)]), low, here, high,
                         block_.size[0], sums);
  };
  add(Axis::x, shifted(here, -1), shifted(here, 1));
  add(Axis::y, row(j - 1, k), row(j + 1, k));
  add(Axis::z, row(j, k - 1), row(j, k + 1));
}

void SpaceOperator::apply(const Field& solution, const Field& forcing, Field& right_hand_side) {
  fill_primitives(solution, -1);
  fill_primitives(solution, 0);
  for (int k = 0; k < block_.size[2]; ++k) {
    fill_primitives(solution, k + 1);
    for (int j = 0; j < block_.size[1]; ++j) {
      if (&forcing != &right_hand_side)
        std::copy_n(forcing.row(0, j, k), forcing.j_stride(), right_hand_side.row(0, j, k));
      add_row(solution, j, k, right_hand_side);
      add_dissipation(solution, j, k, right_hand_side);
    }
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
