// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/link.hpp"
#include "core/process.hpp"
#include "core/result.hpp"
#include "core/samples.hpp"

namespace moderato {

/// How the figures of a workload are read.
struct ResultFormat {
  enum class Kind {
    samples,    ///< the sample stream of workloads/common (workloads/README.md)
    wall_time,  ///< one sample: the run time in seconds
    lines,      ///< `pattern` (ECMAScript) on each line of stdout; group 1 of a match is a sample
  };
  Kind kind = Kind::samples;
  std::string pattern;
  std::string unit = "us";
  /// Of `samples`: the counters that the program prints for sure; nothing: it does not say.
  std::optional<std::vector<std::string>> counters = {};
  std::string require;  ///< ECMAScript, found on a line of stdout, or the run failed ("SUCCESSFUL")
};

/// Over what the samples must have travelled; packet counters of the endpoints tell.
enum class Transport {
  any,     ///< nobody looks
  netdev,  ///< each sample needs a packet of the netdevs
  rdma,    ///< each sample needs a packet of the RDMA devices
};
std::string_view name_of(Transport transport);  ///< "any", "netdev", "rdma"

inline constexpr int max_ranks = 4096;

/// A program that can be measured, schema "moderato-workload/1": a file of workloads/catalogue.
struct WorkloadDescriptor {
  enum class Launcher {
    mpirun,      ///< started by Open MPI with its ranks spread over the endpoints
    hydra,       ///< started by the process manager of MPICH and MVAPICH2, likewise
    first_host,  ///< started once, on the first endpoint's host
  };
  std::string name;
  std::string description;
  Launcher launcher = Launcher::mpirun;
  int ranks = 2;    ///< 0: as many on each host as the parameter "processes_per_node" says
  std::string mpi;  ///< flavour, "openmpi-tcp"; empty: none
  std::map<std::string, std::string> mca;  ///< Open MPI parameters, "btl" -> "tcp,self"
  Argv command;                            ///< may name {size}, {addresses}, {libexec}, ...
  Argv server;   ///< started before it on the second host, if there is one (launcher mpirun)
  int port = 0;  ///< TCP port on which the server listens when it is ready
  std::map<std::string, std::string> environment;
  std::map<std::string, std::string> parameters;  ///< with their defaults
  /// Process knobs that cannot be set here, and why. Others reach if they are parameters.
  std::map<std::string, std::string> unreachable;
  Transport transport = Transport::any;
  ResultFormat result;
};

Result<WorkloadDescriptor> parse_workload(const std::string& text, const std::string& source);

/// An MPI library and its transport, as data: schema "moderato-mpi/1", a file of
/// workloads/catalogue/mpi. It knows how the process knobs reach the library.
struct MpiFlavour {
  std::string name, description;
  WorkloadDescriptor::Launcher launcher = WorkloadDescriptor::Launcher::mpirun;
  std::map<std::string, std::string> mca, environment, parameters, unreachable;
  /// Names of mca and environment without which the knobs do not act.
  std::vector<std::string> belonging = {};
  Transport transport = Transport::any;
};

Result<MpiFlavour> parse_flavour(const std::string& text, const std::string& source);

/// The workload as that library runs it. What the descriptor says itself comes first.
WorkloadDescriptor with_flavour(WorkloadDescriptor workload, const MpiFlavour& flavour);

/// Folders to look in: descriptors ("NAME.json") and the workload programs ({libexec}).
struct WorkloadPaths {
  std::filesystem::path own;  ///< the user's; root takes only files that nobody else can write
  std::filesystem::path catalogue;  ///< that of the installation
  std::filesystem::path libexec;
  std::filesystem::path moderato;  ///< this very program, which serves mpirun as remote shell
};

/// Finds NAME.json, in the user's folder first, and its MPI flavour, which `mpi` replaces if it is
/// not empty; the error lists the names there are.
Result<WorkloadDescriptor> find_workload(const std::string& name, const WorkloadPaths& paths,
                                         const std::string& mpi = "");

/// Finds mpi/NAME.json, in the user's folder first; the error lists the names there are.
Result<MpiFlavour> find_flavour(const std::string& name, const WorkloadPaths& paths);

/// The command that runs `workload` across `link` with `parameters` in place of the defaults.
/// Pure. An unknown parameter or placeholder is an error. Placeholders: every parameter by name,
/// {addresses} (comma-separated, in the order of the endpoints), {address:N}, {netdev:N}, {host:N},
/// {rdma}, {rdma:N}, {libexec}; a process knob as {NAME} ("blocking") and {NAME:number} (1).
/// What comes behind the launch prefixes runs as `user` of each host; empty: as who starts it.
Result<Command> build_command(const WorkloadDescriptor& workload,
                              const std::map<std::string, std::string>& parameters,
                              const Link& link, const WorkloadPaths& paths,
                              const std::string& user = {});

/// Reads the samples out of what the workload printed. Pure. Wrong or torn output is an error.
Result<Samples> parse_output(const ResultFormat& format, const RunResult& run);

/// A workload that did not deliver: `error` says why, `err` is its stderr (last lines).
struct WorkloadFailure {
  Error error;
  std::string err;
  bool interrupted = false;
};

struct WorkloadRun {
  Samples samples;
  std::string raw;  ///< stdout as it came, for the study's archive
};

/// Runs and parses. Time-out, crash, non-zero status and wrong output are failures.
std::expected<WorkloadRun, WorkloadFailure> run_workload(const Command& command,
                                                         const ResultFormat& format,
                                                         const RunLimits& limits);

/// The command line with which one host starts a shell command on another on behalf of mpirun
/// ("moderato remote-shell MAP... -- HOST WORD..."): the launch prefix of HOST, then the words for
/// a shell there. `map` is what build_command made: address=prefix words joined with commas.
Result<Argv> remote_shell(const std::vector<std::string>& map, const std::string& host,
                          const std::vector<std::string>& words);

}  // namespace moderato
