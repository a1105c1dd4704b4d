// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "nas/cg/classes.hpp"
#include "nas/cg/matrix.hpp"
#include "nas/partition.hpp"

namespace moderato::workloads::nas::cg {

/// The block of these rows and columns of
///   A = sum over k of omega_k x_k x_k^T + (rcond - lambda) I,
/// where x_k are random sparse vectors (sparse_vectors.hpp), lambda is the shift.
Matrix assemble(const Class& parameters, Range rows, Range columns);

}  // namespace moderato::workloads::nas::cg
