// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cli/targets.hpp"
#include "core/interrupt.hpp"

namespace moderato {

// One struct a command, filled by the command line, and one function that runs it and returns the
// exit status. Results go to stdout, progress and errors to stderr.

struct TuneArguments {
  std::string policy = "quickstart";
  std::string link = "loopback";  ///< or a link document, by file or name (installation.hpp)
  std::string study;              ///< "": a new folder here, named after policy and time
  std::string resume;             ///< folder of the study to go on with
  std::string from;               ///< folder of a study to learn from
  std::string profile;            ///< where else to write the profile
  std::string format = "text";
  std::uint64_t seed = 1;
  bool dry_run = false;  ///< check and plan, measure nothing
  bool busy_ok = false, management_ok = false;
};
int tune_command(const TuneArguments& arguments, const Interrupt& interrupt);

struct ProbeArguments {
  std::string format = "text";
  HostOptions where;
  std::string netdev;  ///< "": all
  bool all = false;    ///< list unsupported knobs one by one
};
int probe_command(const ProbeArguments& arguments);

struct ProfileArguments {
  std::string profile;
  HostOptions where;
  std::string netdev;
  bool dry_run = false;
  std::string format = "text";
};
int apply_command(const ProfileArguments& arguments);
int verify_command(const ProfileArguments& arguments);

struct RestoreArguments {
  HostOptions where;
  bool dry_run = false;
};
int restore_command(const RestoreArguments& arguments);

struct ReportArguments {
  std::string study;
  std::string format = "text";
};
int report_command(const ReportArguments& arguments);

struct AgentArguments {
  std::string state_dir;
};
int agent_command(const AgentArguments& arguments, const Interrupt& interrupt);

/// "moderato remote-shell MAP... -- HOST WORD...": serves mpirun as its remote shell.
int remote_shell_command(const std::vector<std::string>& words);

/// "moderato run-job WORD...": runs mpirun, or its like, so that nothing of the job outlives it.
int run_job_command(const std::vector<std::string>& words);

/// Prints an error to stderr and returns its exit status.
struct Error;
int report_error(const Error& error);

/// Whether to colour what goes to `fd`: a terminal, and NO_COLOR is not set.
bool use_colour(int fd);

}  // namespace moderato
