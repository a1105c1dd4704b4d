// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <filesystem>

#include "core/fd.hpp"
#include "core/result.hpp"

namespace moderato {

/// Opens a file to lock it, making it if need be. Nobody but its owner can open it, or he could
/// hold the lock. Never through a link, which could lead to any file. On a read-only file system it
/// is open for reading alone: a lock there keeps others away as well.
Result<Fd> open_lock_file(const std::filesystem::path& path);

/// Takes the lock of `path`, LOCK_SH or LOCK_EX (flock(2)), making the file if need be, and holds
/// it until the descriptor closes. Whoever has it is waited for until `deadline`; then `too_late`.
Result<Fd> wait_for_file_lock(const std::filesystem::path& path, int how,
                              std::chrono::steady_clock::time_point deadline,
                              const Error& too_late);

}  // namespace moderato
