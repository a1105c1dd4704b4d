// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/result.hpp"

namespace moderato {

inline constexpr int exit_done = 0;
inline constexpr int exit_failed = 1;
inline constexpr int exit_usage = 2;      ///< bad command line or bad document
inline constexpr int exit_different = 3;  ///< no improvement found, or the host differs
// 128 + n: ended by signal n, after restoring.

constexpr int exit_status_of(Fault fault) {
  return fault == Fault::usage || fault == Fault::document ? exit_usage : exit_failed;
}

}  // namespace moderato
