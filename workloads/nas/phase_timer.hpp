// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "common/recorder.hpp"

namespace moderato::workloads::nas {

/// What one rank saw of one phase of communication.
struct PhaseFigures {
  std::int64_t calls = 0;
  std::int64_t sum_ns = 0, min_ns = INT64_MAX, max_ns = 0;  ///< of the durations of its calls
  std::int64_t messages = 0, bytes = 0;                     ///< that this rank sent
  std::int64_t min_bytes = INT64_MAX, max_bytes = 0;        ///< of one message
};

/// Both as one: of two ranks, or of two stretches of time.
PhaseFigures together(const PhaseFigures& a, const PhaseFigures& b);

/// Takes the time of everything that a benchmark does with MPI, phase by phase; what remains of a
/// run is computing. A phase is a step of the algorithm that communicates, such as the exchange of
/// a halo. Phases do not nest.
class PhaseTimer {
 public:
  using Phase = std::size_t;

  /// All ranks add the same phases in the same order. `name`: lower-case words joined by '_'; the
  /// counters of the phase begin with it.
  Phase add(std::string name);

  /// The phase lasts as long as this object.
  class Scope {
   public:
    Scope(PhaseFigures& figures) : figures_(figures), begin_ns_(now_ns()) {}
    ~Scope();
    Scope(const Scope&) = delete;
    Scope& operator=(const Scope&) = delete;

    /// Counts a message that this rank sends. A collective operation counts as one, with what the
    /// rank contributes.
    void sends(std::size_t bytes);

   private:
    PhaseFigures& figures_;
    std::int64_t begin_ns_;
  };
  [[nodiscard]] Scope enter(Phase phase) { return {figures_[phase]}; }

  /// A timed run begins: forgets what was measured since the last one was kept.
  void begin_run();
  /// A timed run ends, and joins those that were kept before.
  void keep_run();

  const std::vector<std::string>& names() const { return names_; }
  /// Of all runs that were kept.
  const std::vector<PhaseFigures>& figures() const { return kept_; }

 private:
  std::vector<std::string> names_;
  std::vector<PhaseFigures> figures_, kept_;
};

}  // namespace moderato::workloads::nas
