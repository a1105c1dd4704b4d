// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cli/targets.hpp"
#include "core/interrupt.hpp"
#include "core/result.hpp"
#include "profile/profile.hpp"

namespace moderato {

// One struct a command, filled by the command line, and one function that runs it and returns the
// exit status. Results go to stdout, progress and errors to stderr.

struct TuneArguments {
  std::string policy;  ///< "": quickstart, or with `since` that of the profile's study
  std::string link;   ///< a link document, by file or name (installation.hpp), or "loopback", which
                      ///< is what "" means; with `since` that of the profile's study
  std::string study;  ///< "": a new folder here, named after policy and time
  std::string resume;   ///< folder of the study to go on with
  std::string from;     ///< folder of a study to learn from
  std::string since;    ///< file of a profile, whose ranking is measured again first
  std::string profile;  ///< where else to write the profile
  std::string format = "text";
  std::uint64_t seed = 1;
  bool dry_run = false;  ///< check and plan, measure nothing
  std::string run_as;    ///< user of the workloads; "": who called sudo, else the caller
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
int verify_command(const ProfileArguments& arguments);

/// Either one profile, or what is installed (`boot`, or a class).
struct ApplyArguments : ProfileArguments {
  bool boot = false;
  std::string workload_class;        ///< "": the active one
  std::string stale;                 ///< "": what the host says, else warn
  double installed_deadline_s = 10;  ///< unless --deadline is given: a boot waits
  bool set_default = false;          ///< the class is the active one from now on
};
int apply_command(const ApplyArguments& arguments);
int apply_installed_command(const ApplyArguments& arguments);

struct InstallArguments {
  std::vector<std::string> profiles;
  std::string workload_class;
  std::string stale;
  std::string root;  ///< "": this host, else the folder of an image
  bool replace = false;
};
int install_command(const InstallArguments& arguments);

struct UninstallArguments {
  std::vector<std::string> names;  ///< none: all
  std::string root;
};
int uninstall_command(const UninstallArguments& arguments);

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

struct AdviceArguments {
  std::string profile;
  std::string flavour;  ///< of MPI; "": the one that the format is for
  std::string format = "sh";
  std::string output;  ///< "": stdout
};
int advice_command(const AdviceArguments& arguments);

struct StatusArguments {
  std::vector<std::string> netdevs;  ///< none: all
  std::string workload_class;        ///< "": the active one
  HostOptions where;
  std::string root = "/";  ///< below which the files of others lie
  std::string format = "text";
};
int status_command(const StatusArguments& arguments);

struct AgentArguments {
  std::string state_dir;
};
int agent_command(const AgentArguments& arguments, const Interrupt& interrupt);

/// "moderato remote-shell MAP... -- HOST WORD...": serves mpirun as its remote shell.
int remote_shell_command(const std::vector<std::string>& words);

/// "moderato run-job WORD...": runs mpirun, or its like, so that nothing of the job outlives it.
int run_job_command(const std::vector<std::string>& words);

/// "moderato run-as USER -- WORD...": becomes the user for good and runs the words, on any host.
/// `--line SHELL DIGITS` in their place: as line_from() says (door.hpp).
int run_as_command(const std::vector<std::string>& words);

/// "moderato door USER MAP... -- WORD...": runs mpirun as the user, and opens the hosts to it.
int door_command(const std::vector<std::string>& words);

/// "moderato knock HOST WORD...": serves the mpirun of a door as its remote shell.
int knock_command(const std::vector<std::string>& words);

/// A profile, read strictly, and refused where root could not trust its file.
Result<Profile> load_profile(const std::string& path);

/// Prints an error to stderr and returns its exit status.
int report_error(const Error& error);

/// Whether to colour what goes to `fd`: a terminal, and NO_COLOR is not set.
bool use_colour(int fd);

}  // namespace moderato
