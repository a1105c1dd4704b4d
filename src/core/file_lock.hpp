// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <filesystem>

#include "core/fd.hpp"
#include "core/result.hpp"

namespace moderato {

/// Takes the lock of `path`, LOCK_SH or LOCK_EX (flock(2)), making the file if need be, and holds
/// it until the descriptor closes. Whoever has it is waited for until `deadline`; then `too_late`.
Result<Fd> wait_for_file_lock(const std::filesystem::path& path, int how,
                              std::chrono::steady_clock::time_point deadline,
                              const Error& too_late);

}  // namespace moderato
