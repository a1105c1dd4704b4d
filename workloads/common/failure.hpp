// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stdexcept>
#include <string>

namespace moderato::workloads {

/// Why a workload cannot deliver. Thrown anywhere, caught in guarded_main(): a workload has one way
/// to fail, which is to say why on stderr and to end with status 1, upon which mpirun ends the
/// rest.
struct Failure : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// What the command line asks for cannot be, whatever the rank: all ranks throw it, and the status
/// is 2.
struct Refusal : Failure {
  using Failure::Failure;
};

/// Throws Failure "what: errno text".
[[noreturn]] void throw_errno(const std::string& what);

}  // namespace moderato::workloads
