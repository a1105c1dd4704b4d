// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "core/fd.hpp"
#include "core/result.hpp"

namespace moderato {

// A device has one owner at a time: whoever holds the lock of a file that belongs to the device.
// It is a lock of an open file description (fcntl(2), F_OFD_SETLK): it goes with the descriptor,
// however its process ends, and can be looked at without being taken (F_OFD_GETLK). With flock(2)
// one has to take it for a moment to see whether it is free, and whoever wants it in that moment is
// refused for nothing.

/// Takes the lock of `path`, and writes `owner`, one line, into the file for others to read, unless
/// the disk is full or read-only. Held until the descriptor closes. Nothing: somebody else holds
/// it.
Result<std::optional<Fd>> take_lock(const std::filesystem::path& path, const std::string& owner);

/// Who holds the lock of `path`, in the words of its owner; nothing: nobody, or no such file.
Result<std::optional<std::string>> lock_holder(const std::filesystem::path& path);

}  // namespace moderato
