// SPDX-License-Identifier: Apache-2.0
#include "nas/sp/exchange.hpp"

#include <algorithm>

namespace moderato::workloads::nas::sp {
namespace {

using cfd::Axis;
using cfd::Side;

/// Each pair of processes may be neighbours on several sides.
int tag_of(Axis axis, Side to) {
  return 2 * cfd::index_of(axis) + static_cast<int>(to);
}

/// Doubles in the faces of all cells across an axis.
std::size_t faces_size(const Cells& cells, Axis axis) {
  std::size_t size = 0;
  for (const Cell& cell : cells)
    size += cfd::face_size(cell.block.size, axis);
  return size;
}

}  // namespace

Messages::Messages(const Multipartition& partition, const Cells& cells, MPI_Comm processes,
                   PhaseTimer& timer)
    : partition_(partition), processes_(processes), timer_(timer) {
  if (alone()) return;
  std::size_t largest = 0;
  for (const Axis axis : cfd::all_axes)
    largest = std::max(largest, faces_size(cells, axis));
  sent_.resize(largest);
  received_.resize(largest);
}

/// Cells in the order of their position along the axis: the receiver's next one each.
void Messages::exchange_halos(Axis axis, Side to, Cells& cells, PhaseTimer::Scope& scope) {
  const int side = partition_.side;
  const int first = to == Side::high ? 0 : 1;
  const auto cell_at = [&](int position) -> Cell& {
    return cells[static_cast<std::size_t>(partition_.cell_at(axis, position))];
  };
  double* end = sent_.data();
  for (int position = first; position < first + side - 1; ++position)
    end = cfd::pack_face(cell_at(position).solution, axis, to, end);
  const auto count = end - sent_.data();
  scope.sends(static_cast<std::size_t>(count) * sizeof(double));
  MPI_Sendrecv(sent_.data(), static_cast<int>(count), MPI_DOUBLE, partition_.neighbour(axis, to),
               tag_of(axis, to), received_.data(), static_cast<int>(received_.size()), MPI_DOUBLE,
               partition_.neighbour(axis, cfd::opposite(to)), tag_of(axis, to), processes_,
               MPI_STATUS_IGNORE);
  const double* in = received_.data();
  for (int position = 1 - first; position < side - first; ++position)
    in = cfd::unpack_face(cell_at(position).solution, axis, cfd::opposite(to), in);
}

void Messages::exchange_halos(Cells& cells) {
  if (alone()) return;
  auto scope = timer_.enter(halo_);
  for (const Axis axis : cfd::all_axes)
    for (const Side to : {Side::low, Side::high})
      exchange_halos(axis, to, cells, scope);
}

void Messages::pass_on(Axis axis, Side to, std::span<const double> passed,
                       std::span<double> received) {
  auto scope = timer_.enter(sweeps_[static_cast<std::size_t>(cfd::index_of(axis))]);
  scope.sends(passed.size_bytes());
  MPI_Sendrecv(passed.data(), static_cast<int>(passed.size()), MPI_DOUBLE,
               partition_.neighbour(axis, to), tag_of(axis, to), received.data(),
               static_cast<int>(received.size()), MPI_DOUBLE,
               partition_.neighbour(axis, cfd::opposite(to)), tag_of(axis, to), processes_,
               MPI_STATUS_IGNORE);
}

}  // namespace moderato::workloads::nas::sp
