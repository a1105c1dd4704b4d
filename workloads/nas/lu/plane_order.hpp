// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "nas/lu/wavefront.hpp"

namespace moderato::workloads::nas::lu {

// Planes of a field to and from the order in which a sweep visits their points.

/// values = scale * the plane of the field.
void load_plane(const Diagonals& order, Sweep sweep, const cfd::Field& field, int k, double scale,
                Components& values);

/// The plane of the field += scale * values.
void add_to_plane(const Diagonals& order, Sweep sweep, const Components& values, double scale,
                  cfd::Field& field, int k);

/// Keeps what the lower sweep has made of a plane in the memory of the plane, for the upper one.
void keep(const Components& values, std::span<double> plane);
void fetch_reversed(std::span<const double> plane, Components& values);

}  // namespace moderato::workloads::nas::lu
