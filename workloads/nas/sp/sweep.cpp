// SPDX-License-Identifier: Apache-2.0
#include "nas/sp/sweep.hpp"

#include <algorithm>
#include <utility>

namespace moderato::workloads::nas::sp {
namespace {

void reserve(std::vector<double>& buffer, std::size_t size) {
  if (buffer.size() < size) buffer.resize(size);
}

std::size_t forward_size(const LinePlane& planes) {
  return planes.forward_size() * static_cast<std::size_t>(planes.planes());
}
std::size_t backward_size(const LinePlane& planes) {
  return planes.backward_size() * static_cast<std::size_t>(planes.planes());
}

/// A plane's share of a buffer.
double* share(std::vector<double>& buffer, std::size_t size, int plane) {
  return buffer.data() + size * static_cast<std::size_t>(plane);
}

}  // namespace

Sweep::Sweep(const Multipartition& partition, const Cells& cells, cfd::Axis axis, double time_step,
             SweepBuffers& buffers, Finish finish)
    : partition_(partition), axis_(axis), buffers_(buffers), finish_(std::move(finish)) {
  std::size_t factors = 0;
  for (int position = 0; position < partition.side; ++position) {
    const auto cell = static_cast<std::size_t>(partition.cell_at(axis, position));
    const LinePlane& planes = planes_.emplace_back(cells[cell].block, axis, time_step);
    factors_at_.push_back(factors);
    // The last cell substitutes a plane right after it has eliminated it.
    const int kept = position == partition.side - 1 ? 1 : planes.planes();
    factors += planes.factors_size() * static_cast<std::size_t>(kept);
    for (auto* buffer : {&buffers.before, &buffers.passed})
      reserve(*buffer, forward_size(planes));
    reserve(buffers.behind, backward_size(planes));
  }
  reserve(buffers.factors, factors);
}

double* Sweep::factors_of(int position, int plane) {
  const std::size_t kept = position == last() ? 0 : static_cast<std::size_t>(plane);
  return buffers_.factors.data() + factors_at_[static_cast<std::size_t>(position)] +
         kept * at(position).factors_size();
}

void Sweep::eliminate(int position, Cell& cell) {
  LinePlane& planes = at(position);
  for (int plane = 0; plane < planes.planes(); ++plane)
    planes.eliminate(plane, cell.solution, cell.values, factors_of(position, plane),
                     share(buffers_.before, planes.forward_size(), plane),
                     share(buffers_.passed, planes.forward_size(), plane));
}

/// Nothing is beyond: the values on the boundary do not change.
void Sweep::solve_last(Cell& cell) {
  LinePlane& planes = at(last());
  std::ranges::fill(buffers_.behind, 0.0);
  for (int plane = 0; plane < planes.planes(); ++plane) {
    planes.solve(plane, cell.solution, cell.values, factors_of(last(), plane),
                 share(buffers_.before, planes.forward_size(), plane),
                 share(buffers_.behind, planes.backward_size(), plane),
                 share(buffers_.passed, planes.backward_size(), plane));
    finish_(cell, plane);
  }
}

void Sweep::substitute(int position, Cell& cell) {
  LinePlane& planes = at(position);
  for (int plane = 0; plane < planes.planes(); ++plane) {
    planes.substitute(plane, cell.values, factors_of(position, plane),
                      share(buffers_.behind, planes.backward_size(), plane),
                      share(buffers_.passed, planes.backward_size(), plane));
    finish_(cell, plane);
  }
}

void Sweep::solve(Cells& cells, Messages& messages) {
  std::ranges::fill(buffers_.before, 0.0);
  for (int position = 0; position < last(); ++position) {
    eliminate(position, cell_at(cells, position));
    messages.pass_on(axis_, cfd::Side::high, {buffers_.passed.data(), forward_size(at(position))},
                     {buffers_.before.data(), forward_size(at(position + 1))});
  }
  solve_last(cell_at(cells, last()));
  for (int position = last() - 1; position >= 0; --position) {
    messages.pass_on(axis_, cfd::Side::low,
                     {buffers_.passed.data(), backward_size(at(position + 1))},
                     {buffers_.behind.data(), backward_size(at(position))});
    substitute(position, cell_at(cells, position));
  }
}

}  // namespace moderato::workloads::nas::sp
