// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

#include "nas/cfd/field.hpp"

namespace moderato::workloads::nas::cfd {

enum class Side { low, high };
constexpr Side opposite(Side side) {
  return side == Side::low ? Side::high : Side::low;
}

/// Doubles in a face of a block across `axis`: all components, as many layers as a halo has.
std::size_t face_size(const Extent& size, Axis axis);

/// Writes the layers of own points next to a side; returns behind the last value written.
double* pack_face(const Field& field, Axis axis, Side side, double* out);

/// Reads the halo beyond a side, which pack_face() of the neighbour's opposite side has written;
/// returns behind the last value read.
const double* unpack_face(Field& field, Axis axis, Side side, const double* in);

}  // namespace moderato::workloads::nas::cfd
