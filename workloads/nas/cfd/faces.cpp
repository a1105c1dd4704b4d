// SPDX-License-Identifier: Apache-2.0
#include "nas/cfd/faces.hpp"

#include <algorithm>

namespace moderato::workloads::nas::cfd {
namespace {

struct Box {
  Extent begin{}, end;
};

/// Calls `visit` with each row of the box (component, j, k), from the point begin[0] on.
template <typename AnyField, typename Visit>
void for_rows(AnyField& field, const Box& box, Visit visit) {
  for (int k = box.begin[2]; k < box.end[2]; ++k)
    for (int j = box.begin[1]; j < box.end[1]; ++j)
      for (int m = 0; m < components; ++m)
        visit(field.row(m, j, k) + box.begin[0]);
}

/// The layers from `first` on across `axis`.
Box layers(const Extent& size, Axis axis, int first) {
  Box box{.end = size};
  box.begin[index_of(axis)] = first;
  box.end[index_of(axis)] = first + solution_halo;
  return box;
}

}  // namespace

std::size_t face_size(const Extent& size, Axis axis) {
  Extent layer = size;
  layer[index_of(axis)] = solution_halo;
  return static_cast<std::size_t>(layer[0]) * layer[1] * layer[2] * components;
}

double* pack_face(const Field& field, Axis axis, Side side, double* out) {
  const int end = field.size()[index_of(axis)];
  const Box box = layers(field.size(), axis, side == Side::low ? 0 : end - solution_halo);
  for_rows(field, box,
           [&](const double* row) { out = std::copy_n(row, box.end[0] - box.begin[0], out); });
  return out;
}

const double* unpack_face(Field& field, Axis axis, Side side, const double* in) {
  const int end = field.size()[index_of(axis)];
  const Box box = layers(field.size(), axis, side == Side::low ? -solution_halo : end);
  for_rows(field, box, [&](double* row) {
    const int count = box.end[0] - box.begin[0];
    std::copy_n(in, count, row);
    in += count;
  });
  return in;
}

}  // namespace moderato::workloads::nas::cfd
