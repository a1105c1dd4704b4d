// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <mpi.h>

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "nas/phase_timer.hpp"
#include "nas/problem_class.hpp"
#include "nas/verification.hpp"

namespace moderato::workloads::nas {

/// One of the NAS Parallel Benchmarks (D. Bailey et al., The NAS Parallel Benchmarks, report
/// RNR-94-007, 1994) at one rank, with its data. All ranks call the same functions in the same
/// order. A run is start(), iterate() for each iteration, finish(); there may be many runs.
class Benchmark {
 public:
  virtual ~Benchmark() = default;

  /// Iterations or time steps of a run.
  virtual std::size_t iterations() const = 0;
  /// Floating-point operations of a run of all ranks, as the report counts them.
  virtual double operations() const = 0;

  /// Puts everything to where a run begins, whatever has been iterated before. Not timed.
  virtual void start() = 0;
  /// A sample is how long this takes at the slowest rank.
  virtual void iterate(std::size_t iteration) = 0;
  /// What else belongs into the time of a run.
  virtual void finish() {}
  /// The results of the run beside the published ones. Not timed.
  virtual Checks checks() = 0;
};

/// A row of the table of benchmarks.
struct BenchmarkKind {
  const char* name;         ///< subcommand, "cg"
  const char* description;  ///< for --help
  /// Why so many processes cannot run this class; nothing if they can.
  std::optional<std::string> (*refusal)(ProblemClass problem, int processes);
  /// Generates the data. The benchmark keeps `timer`, adds its phases to it, and does within a
  /// phase whatever it does with MPI between start() and the end of finish().
  std::unique_ptr<Benchmark> (*make)(ProblemClass problem, MPI_Comm processes, PhaseTimer& timer);
};

/// All of them, in the order of --help.
std::span<const BenchmarkKind> benchmark_kinds();

}  // namespace moderato::workloads::nas
