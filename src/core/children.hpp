// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <signal.h>
#include <sys/types.h>

#include <array>
#include <string>
#include <vector>

namespace moderato {

// What those who start programs have in common.

/// As exec wants them: a null pointer behind the last. They point into `texts`.
std::vector<char*> pointers(const std::vector<std::string>& texts);

struct Started {
  pid_t pid = -1;
  int error = 0;  ///< errno; 0: it runs
};

/// Starts a program with `streams` in the place of stdin, stdout and stderr (-1: the caller's
/// stays) and with signals as they are at the beginning. `apart`: POSIX_SPAWN_SETSID or
/// POSIX_SPAWN_SETPGROUP. Unlike fork() this copies nothing of the caller: with hundreds of agents
/// that was most of the time.
Started spawn(const std::vector<char*>& argv, char* const* environment,
              const std::array<int, 3>& streams, int apart);

/// What a process waits for that lives as long as its child: the child's end, or to be told to end.
sigset_t end_signals();

}  // namespace moderato
