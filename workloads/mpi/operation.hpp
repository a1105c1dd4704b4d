// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "common/collective.hpp"

namespace moderato::workloads {

/// `name`: bcast, barrier, alltoall, allgather or allreduce. `size`: bytes, as the OSU
/// micro-benchmarks count them: of the one message of a bcast, of what each rank sends each in an
/// alltoall, of what each contributes to an allgather or an allreduce. Throws Failure when the
/// operation cannot have that size.
std::unique_ptr<Operation> make_operation(const std::string& name, std::size_t size,
                                          const Exchange& exchange);

}  // namespace moderato::workloads
