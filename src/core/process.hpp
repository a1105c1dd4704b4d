// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <chrono>
#include <map>
#include <string>

#include "core/fd.hpp"
#include "core/link.hpp"
#include "core/result.hpp"

namespace moderato {

struct Command {
  Argv argv;
  std::map<std::string, std::string> environment;  ///< added to the caller's
};

/// A child process in its own process group, with pipes. It is not killed by the destructor; who
/// starts it decides (an agent must outlive its tuner, a workload must not).
struct Process {
  pid_t pid = -1;
  Fd in;   ///< write end of its stdin
  Fd out;  ///< read end of its stdout
  Fd err;  ///< read end of its stderr; invalid where stderr is shared with the caller
};

enum class Stderr { capture, share };
/// `live_on` also means a session of its own, so that a closed terminal does not reach the child.
enum class OnParentDeath { live_on, terminate };

/// Starts `command`. A program that cannot be executed is an error here, not an exit status later.
/// Signals are unblocked and defaulted in the child. With `terminate` call from the main thread
/// only: the kernel sends SIGTERM when the *thread* that started it ends.
Result<Process> start(const Command& command, Stderr err, OnParentDeath on_parent_death);

struct RunLimits {
  std::chrono::milliseconds timeout{60'000};
  std::size_t max_output = 256u << 20;  ///< bytes of stdout; more kills the process
  int interrupt_fd = -1;                ///< readable = stop now (a signalfd); -1: none
  /// From SIGTERM to SIGKILL. supervise(), which the program may run under, needs two of the three.
  std::chrono::seconds grace{3};
};

enum class RunEnd { exited, signalled, timed_out, interrupted, too_much_output };

struct RunResult {
  RunEnd end = RunEnd::exited;
  int status = 0;  ///< exit status, or the signal's number
  std::string out;
  std::string err;  ///< the last 64 KiB
  double seconds = 0;
};

/// Runs `command` to its end and reaps it. Whatever the end, nothing of its process group is left:
/// SIGTERM, `limits.grace`, SIGKILL.
Result<RunResult> run(const Command& command, const RunLimits& limits);

/// "exited with status 2", "killed by signal 9 (Killed)", "no end within 60 s", ...
std::string describe(const RunResult& result, const RunLimits& limits);

}  // namespace moderato
