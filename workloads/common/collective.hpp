// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <string>

#include "common/arguments.hpp"

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

/// Measures the operation, each call behind a barrier, and prints at rank 0 what the rank took that
/// took longest. `more`: counters to be printed beside the usual ones, asked for in the end.
void measure_collective(Operation& operation, const std::function<void()>& barrier,
                        const std::function<std::map<std::string, double>()>& more,
                        const Exchange& exchange, const RunArguments& arguments);

}  // namespace moderato::workloads
