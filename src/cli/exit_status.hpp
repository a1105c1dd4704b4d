// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/result.hpp"

namespace moderato {

inline constexpr int exit_done = 0;
inline constexpr int exit_failed = 1;
inline constexpr int exit_usage = 2;      ///< bad command line or bad document
inline constexpr int exit_different = 3;  ///< no improvement found, or the host differs
inline constexpr int exit_stale = 4;      ///< status: a fingerprint has changed
inline constexpr int exit_none = 5;       ///< status: no profile is installed for a NIC
// 128 + n: ended by signal n, after restoring; where that failed, a message says so.

constexpr int exit_status_of(Fault fault) {
  return fault == Fault::usage || fault == Fault::document ? exit_usage : exit_failed;
}

}  // namespace moderato
