// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>

namespace moderato {

/// Calls `work(0)` to `work(count - 1)` at the same time, each in a thread of its own, and returns
/// when all have returned. For work that waits: for hosts, say. `work` throws nothing, and what the
/// calls share is theirs to guard.
void in_parallel(std::size_t count, const std::function<void(std::size_t)>& work);

}  // namespace moderato
