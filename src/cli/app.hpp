// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/interrupt.hpp"

namespace moderato {

/// Parses the command line, runs the command, returns the exit status (see exit_status.hpp).
int run_command_line(int argc, char** argv, const Interrupt& interrupt);

}  // namespace moderato
