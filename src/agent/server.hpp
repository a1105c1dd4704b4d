// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

#include "agent/guard.hpp"
#include "core/interrupt.hpp"

namespace moderato {

/// Serves one tuner over a pair of descriptors until they close. On every way out (end of input,
/// SIGTERM, protocol error) and when the heartbeat stops, the baseline is put back. Interrupt and
/// hang-up signals are ignored: they are meant for the tuner. Returns the exit status: 0, or 1 if
/// something could not be put back (its snapshot stays on disk).
int serve(HostAccess host, const std::filesystem::path& state_dir, int in, int out,
          const Interrupt& interrupt);

}  // namespace moderato
