// SPDX-License-Identifier: Apache-2.0
#include "nas/cfd/norms.hpp"

#include <cmath>

#include "nas/cfd/exact.hpp"

namespace moderato::workloads::nas::cfd {
namespace {

/// `value` gives the state at a point whose squares are summed up.
template <typename Value>
State sum_over(const Extent& size, Value value) {
  State sums{};
  for (int k = 0; k < size[2]; ++k)
    for (int j = 0; j < size[1]; ++j)
      for (int i = 0; i < size[0]; ++i) {
        const State state = value(i, j, k);
        for (int m = 0; m < components; ++m)
          sums[m] += state[m] * state[m];
      }
  return sums;
}

}  // namespace

State sum_of_squares(const Field& field) {
  return sum_over(field.size(), [&](int i, int j, int k) { return field.state(i, j, k); });
}

State sum_of_squared_errors(const Block& block, const Field& solution) {
  const Extent& first = block.first;
  return sum_over(block.size, [&](int i, int j, int k) {
    State error = exact_solution_at(block.grid, first[0] + i, first[1] + j, first[2] + k);
    const State state = solution.state(i, j, k);
    for (int m = 0; m < components; ++m)
      error[m] -= state[m];
    return error;
  });
}

void add(const State& more, State& sums) {
  for (int m = 0; m < components; ++m)
    sums[m] += more[m];
}

State root_mean_square(const State& own_sums, const Extent& grid, MPI_Comm processes) {
  State sums = own_sums;
  MPI_Allreduce(MPI_IN_PLACE, sums.data(), components, MPI_DOUBLE, MPI_SUM, processes);
  const double points = double(grid[0] - 2) * (grid[1] - 2) * (grid[2] - 2);
  for (double& sum : sums)
    sum = std::sqrt(sum / points);
  return sums;
}

}  // namespace moderato::workloads::nas::cfd
