// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "boot/work.hpp"

namespace moderato {

/// Writes those that need no care of their own, many in one request each, and ends those that then
/// show what is wanted. What a batch has moved and not brought about is put back, so that a device
/// which stays open has what it had; until it has, its snapshot is on disk, and a device that does
/// not take it back ends as failed. For a caller who holds the gate of `store`. Private to the
/// module.
void write_in_batches(Works& works, const Backends& backends, const BootRun& run,
                      const BootHost& host, const SnapshotStore& store);

}  // namespace moderato
