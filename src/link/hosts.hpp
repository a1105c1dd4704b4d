// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/link.hpp"
#include "core/result.hpp"

namespace moderato {

/// A host, and how to start a process there.
struct Host {
  std::string name;
  Argv launch_prefix;
};

/// What a user says of hosts.
struct HostChoice {
  /// "node[1-3,7],login": names, with ranges as Slurm writes them; "file:PATH", or a file with a
  /// '/' in its path: an Open MPI hostfile, which root takes only if nobody else can write it;
  /// "slurm": those of the allocation that this process runs in.
  std::string hosts;
  /// The launch prefix of each as words with blanks between them, "{host}" standing for its name;
  /// never given to a shell. "": `ssh {host}`, of an allocation `srun --overlap -N1 -n1 -w {host}`.
  std::string launch;
};

/// Each host once, in the order of the list. `environment` looks a variable up.
Result<std::vector<Host>> hosts_of(
    const HostChoice& choice,
    const std::function<std::optional<std::string>(const std::string&)>& environment);

/// The names of a list with brackets: "a[08-10],b" -> a08, a09, a10, b. At most 65536. A name is
/// made of letters, digits and "._-:@", and begins with a letter or digit: it becomes a word of a
/// command, where it must not pass for an option.
Result<std::vector<std::string>> expand_hosts(const std::string& list);

/// The names in the text of an Open MPI hostfile (mpirun(1): "node7 slots=4 max_slots=8", # begins
/// a comment). Slots say nothing here.
Result<std::vector<std::string>> parse_hostfile(const std::string& text, const std::string& source);

}  // namespace moderato
