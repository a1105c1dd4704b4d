// SPDX-License-Identifier: Apache-2.0
#include "nas/lu/wavefront.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace moderato::workloads::nas::lu {
namespace {

using Pointers = std::array<double*, cfd::components>;

Pointers pointers(Components& components, int offset) {
  Pointers all;
  for (int m = 0; m < cfd::components; ++m)
    all[m] = components[m] + offset;
  return all;
}

[[gnu::always_inline]] inline State load(const Pointers& from, int j) {
  return {from[0][j], from[1][j], from[2][j], from[3][j], from[4][j]};
}

[[gnu::always_inline]] inline void store(const State& state, const Pointers& to, int j) {
  to[0][j] = state[0];
  to[1][j] = state[1];
  to[2][j] = state[2];
  to[3][j] = state[3];
  to[4][j] = state[4];
}

[[gnu::always_inline]] inline State sum(const State& a, const State& b) {
  return {a[0] + b[0], a[1] + b[1], a[2] + b[2], a[3] + b[3], a[4] + b[4]};
}

/// A diagonal's points, each at its j.
struct Streams {
  Pointers states, values, x, y_before, y, z;
};

template <Sweep sweep>
[[gnu::always_inline]] inline void solve_point(const Blocks& blocks, const Streams& at, int j) {
  const Flow flow = flow_of(load(at.states, j));
  const State neighbours = sum(sum(load(at.x, j), load(at.y_before, j)), load(at.z, j));
  const State before = load(at.values, j);
  const State solved = sweep == Sweep::lower
                           ? solve(blocks.diagonal, flow, sum(before, neighbours))
                           : sum(before, solve(blocks.diagonal, flow, neighbours));
  const Change change = change_of(flow, solved);
  store(solved, at.values, j);
  store(flux_change<0>(blocks.weights[0], flow, solved, change), at.x, j);
  store(flux_change<1>(blocks.weights[1], flow, solved, change), at.y, j);
  store(flux_change<2>(blocks.weights[2], flow, solved, change), at.z, j);
}

void copy_point(const Components& from, int from_index, Components& to, int to_index) {
  for (int m = 0; m < cfd::components; ++m)
    to[m][to_index] = from[m][from_index];
}

}  // namespace

Wavefront::Wavefront(const cfd::Block& block, double time_step)
    : order_(block.size[0], block.size[1]),
      nx_(block.size[0]),
      ny_(block.size[1]),
      states_(order_.points()),
      values_(order_.points()),
      across_z_(order_.points()),
      across_x_(ny_),
      across_y_{Components(ny_ + 1), Components(ny_ + 1)},
      incoming_{Components(ny_), Components(nx_)},
      outgoing_{Components(ny_), Components(nx_)} {
  DiagonalBlock& diagonal = blocks_.diagonal;
  diagonal.unit = 1;
  for (const cfd::Axis axis : cfd::all_axes) {
    const auto a = static_cast<std::size_t>(cfd::index_of(axis));
    const auto weights = cfd::flux_weights(axis, block.grid[a]);
    diagonal.unit += 2 * time_step * weights.diffusion;
    diagonal.viscosity[a] = 2 * time_step * weights.viscosity;
    diagonal.conduction += diagonal.viscosity[a];
    const double scale = omega * time_step;
    blocks_.weights[a] = {scale * weights.convection, scale * weights.diffusion,
                          scale * weights.viscosity};
  }
}

void Wavefront::begin(Sweep sweep) {
  const double sign = sweep == Sweep::lower ? 1 : -1;
  for (cfd::FluxWeights& weights : blocks_.weights)
    weights.convection = sign * std::abs(weights.convection);
  sweep_ = sweep;
  for (Components* components : {&across_z_, &incoming_.x, &incoming_.y})
    std::ranges::fill(components->values(), 0.0);
}

void Wavefront::take_edges(int d) {
  if (d < ny_) copy_point(incoming_.x, d, across_x_, d);
  if (d < nx_) copy_point(incoming_.y, d, across_y_[1], 0);
}

void Wavefront::give_edges(int d) {
  if (d >= nx_ - 1) copy_point(across_x_, d - (nx_ - 1), outgoing_.x, d - (nx_ - 1));
  if (d >= ny_ - 1) copy_point(across_y_[0], ny_, outgoing_.y, d - (ny_ - 1));
}

template <Sweep sweep>
void Wavefront::solve_diagonal(int d) {
  const int base = order_.position(d, 0), end = order_.end_j(d);
  const Streams streams{pointers(states_, base),   pointers(values_, base),
                        pointers(across_x_, 0),    pointers(across_y_[1], 0),
                        pointers(across_y_[0], 1), pointers(across_z_, base)};
  const Blocks blocks = blocks_;  // of which the compiler sees that no store changes it
#pragma omp simd
  for (int j = order_.first_j(d); j < end; ++j)
    solve_point<sweep>(blocks, streams, j);
}

void Wavefront::solve_plane() {
  for (int d = 0; d < order_.count(); ++d) {
    take_edges(d);
    sweep_ == Sweep::lower ? solve_diagonal<Sweep::lower>(d) : solve_diagonal<Sweep::upper>(d);
    give_edges(d);
    std::swap(across_y_[0], across_y_[1]);
  }
}

}  // namespace moderato::workloads::nas::lu
