// SPDX-License-Identifier: Apache-2.0
#include "nas/lu/plane_order.hpp"

#include <algorithm>

namespace moderato::workloads::nas::lu {
namespace {

/// Calls `visit` with each j of a plane and a function from i to the place in the sweep's order.
template <typename Visit>
void for_rows(const Diagonals& order, Sweep sweep, int ny, Visit visit) {
  const int last = order.points() - 1;
  for (int j = 0; j < ny; ++j)
    if (sweep == Sweep::lower)
      visit(j, [&order, j](int i) { return order.position(i + j, j); });
    else
      visit(j, [&order, j, last](int i) { return last - order.position(i + j, j); });
}

}  // namespace

void load_plane(const Diagonals& order, Sweep sweep, const cfd::Field& field, int k, double scale,
                Components& values) {
  const int nx = field.size()[0];
  for_rows(order, sweep, field.size()[1], [&](int j, auto place_of) {
    const double* row = field.row(0, j, k);
    const std::ptrdiff_t stride = field.component_stride();
    double *v0 = values[0], *v1 = values[1], *v2 = values[2], *v3 = values[3], *v4 = values[4];
    for (int i = 0; i < nx; ++i) {
      const int place = place_of(i);
      v0[place] = scale * row[i];
      v1[place] = scale * row[i + stride];
      v2[place] = scale * row[i + 2 * stride];
      v3[place] = scale * row[i + 3 * stride];
      v4[place] = scale * row[i + 4 * stride];
    }
  });
}

void add_to_plane(const Diagonals& order, Sweep sweep, const Components& values, double scale,
                  cfd::Field& field, int k) {
  const int nx = field.size()[0];
  for_rows(order, sweep, field.size()[1], [&](int j, auto place_of) {
    for (int m = 0; m < cfd::components; ++m) {
      double* row = field.row(m, j, k);
      const double* from = values[m];
      for (int i = 0; i < nx; ++i)
        row[i] += scale * from[place_of(i)];
    }
  });
}

void keep(const Components& values, std::span<double> plane) {
  std::copy_n(values[0], plane.size(), plane.begin());
}

void fetch_reversed(std::span<const double> plane, Components& values) {
  const std::size_t points = plane.size() / cfd::components;
  for (int m = 0; m < cfd::components; ++m) {
    const auto component = plane.subspan(points * static_cast<std::size_t>(m), points);
    std::reverse_copy(component.begin(), component.end(), values[m]);
  }
}

}  // namespace moderato::workloads::nas::lu
