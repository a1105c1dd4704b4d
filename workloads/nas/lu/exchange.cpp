// SPDX-License-Identifier: Apache-2.0
#include "nas/lu/exchange.hpp"

#include <algorithm>

#include "nas/cfd/norms.hpp"

namespace moderato::workloads::nas::lu {
namespace {

using cfd::Axis;
using cfd::Side;

constexpr int edge_tag = 1, halo_tag = 2;

int count_of(std::span<const double> values) {
  return static_cast<int>(values.size());
}

/// Where a sweep comes from.
Side source(Sweep sweep) {
  return sweep == Sweep::lower ? Side::low : Side::high;
}

}  // namespace

Messages::Messages(const Decomposition& decomposition, const cfd::Extent& size, MPI_Comm processes,
                   PhaseTimer& timer)
    : decomposition_(decomposition), processes_(processes), timer_(timer) {
  if (alone()) return;
  const auto largest = std::max(cfd::face_size(size, Axis::x), cfd::face_size(size, Axis::y));
  for (auto& face : faces_)
    face.resize(largest);
}

void Messages::receive_edges(Sweep sweep, Edges& edges) {
  const int x = neighbour(Axis::x, source(sweep)), y = neighbour(Axis::y, source(sweep));
  if (x == MPI_PROC_NULL && y == MPI_PROC_NULL) return;
  const auto scope = timer_.enter(phase(sweep));
  MPI_Recv(edges.x.values().data(), count_of(edges.x.values()), MPI_DOUBLE, x, edge_tag, processes_,
           MPI_STATUS_IGNORE);
  MPI_Recv(edges.y.values().data(), count_of(edges.y.values()), MPI_DOUBLE, y, edge_tag, processes_,
           MPI_STATUS_IGNORE);
}

void Messages::send_edges(Sweep sweep, Edges& edges) {
  const Side side = cfd::opposite(source(sweep));
  for (const auto& [axis, values] :
       {std::pair{Axis::x, edges.x.values()}, std::pair{Axis::y, edges.y.values()}}) {
    const int to = neighbour(axis, side);
    if (to == MPI_PROC_NULL) continue;
    auto scope = timer_.enter(phase(sweep));
    scope.sends(values.size_bytes());
    MPI_Send(values.data(), count_of(values), MPI_DOUBLE, to, edge_tag, processes_);
  }
}

void Messages::exchange_halo(Axis axis, cfd::Field& solution, PhaseTimer::Scope& scope) {
  const auto size = cfd::face_size(solution.size(), axis);
  const int count = static_cast<int>(size);
  std::array<MPI_Request, 4> requests;
  for (const Side side : {Side::low, Side::high}) {
    const auto s = static_cast<std::size_t>(side);
    const int there = neighbour(axis, side);
    MPI_Irecv(faces_[2 + s].data(), count, MPI_DOUBLE, there, halo_tag, processes_, &requests[s]);
    if (there != MPI_PROC_NULL) {
      cfd::pack_face(solution, axis, side, faces_[s].data());
      scope.sends(size * sizeof(double));
    }
    MPI_Isend(faces_[s].data(), count, MPI_DOUBLE, there, halo_tag, processes_, &requests[2 + s]);
  }
  MPI_Waitall(static_cast<int>(requests.size()), requests.data(), MPI_STATUSES_IGNORE);
  for (const Side side : {Side::low, Side::high})
    if (neighbour(axis, side) != MPI_PROC_NULL)
      cfd::unpack_face(solution, axis, side, faces_[2 + static_cast<std::size_t>(side)].data());
}

void Messages::exchange_halo(cfd::Field& solution) {
  if (alone()) return;
  auto scope = timer_.enter(halo_);
  for (const Axis axis : {Axis::x, Axis::y})
    if (decomposition_.processes[static_cast<std::size_t>(cfd::index_of(axis))] > 1)
      exchange_halo(axis, solution, scope);
}

State Messages::root_mean_square(const State& own_sums, const cfd::Extent& grid) {
  if (alone()) return cfd::root_mean_square(own_sums, grid, processes_);
  auto scope = timer_.enter(norms_);
  scope.sends(sizeof own_sums);
  return cfd::root_mean_square(own_sums, grid, processes_);
}

}  // namespace moderato::workloads::nas::lu
