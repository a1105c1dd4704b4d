// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "common/exchange.hpp"

namespace moderato::workloads {

/// A collective operation at one rank, with its buffers. In each iteration all ranks prepare, call
/// and check, in this order.
class Operation {
 public:
  virtual ~Operation() = default;
  /// Writes what is to be sent.
  virtual void prepare(std::size_t iteration) = 0;
  /// The one call that is measured.
  virtual void call() = 0;
  /// Throws Failure when something else has come than what was sent.
  virtual void check(std::size_t iteration) const = 0;
};

/// `name`: bcast, barrier, alltoall, allgather or allreduce. `size`: bytes, as the OSU
/// micro-benchmarks count them: of the one message of a bcast, of what each rank sends each in an
/// alltoall, of what each contributes to an allgather or an allreduce. Throws Failure when the
/// operation cannot have that size.
std::unique_ptr<Operation> make_operation(const std::string& name, std::size_t size,
                                          const Exchange& exchange);

}  // namespace moderato::workloads
