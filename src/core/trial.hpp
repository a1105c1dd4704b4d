// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/knob.hpp"
#include "core/samples.hpp"

namespace moderato {

/// One value per parameter of the search space. Candidate 0 is always the baseline.
struct Candidate {
  int number = 0;
  Settings settings;
};

/// Which part of a study a trial belongs to. No trial serves two phases: what was searched with is
/// never confirmed with. The probe, between calibration and search, asks which knobs do anything.
/// To reconfirm is to confirm the ranking of an old profile again, before anything is searched.
enum class Phase { calibrate, search, confirm, probe, reconfirm };

/// `failed`: the candidate or the workload did not work; `void_trial`: something from outside
/// disturbed it (a foreign write), so that it says nothing of the candidate.
enum class TrialState { complete, failed, void_trial };

std::string_view name_of(Phase phase);       ///< "calibrate", "search", ...
std::string_view name_of(TrialState state);  ///< "complete", "failed", "void"
std::optional<Phase> phase_from(std::string_view name);
std::optional<TrialState> trial_state_from(std::string_view name);

/// One workload of a trial.
struct WorkloadOutcome {
  std::string workload;
  std::string unit;
  Summary summary;  ///< without the warm-up
  std::map<std::string, double> counters;
  std::size_t warm_up = 0;  ///< samples at the beginning that were cut
  bool settled = true;      ///< false: the run found no steady state
};

/// Where a trial stands in the study; two trials never share one.
struct TrialKey {
  Phase phase = Phase::search;
  int round = 0;      ///< from 0 in each phase
  int candidate = 0;  ///< number of the candidate, 0 = baseline
  int replicate = 0;  ///< calibration measures the baseline twice a round: 0 and 1

  auto operator<=>(const TrialKey&) const = default;
};

/// One candidate measured once: every workload of the policy, one after the other.
struct Trial {
  TrialKey key;
  Settings settings;
  std::map<std::string, Settings> effective;  ///< host/netdev -> what it read back
  TrialState state = TrialState::complete;
  std::string reason;           ///< of a trial that is not complete
  std::string workload_stderr;  ///< of a failed workload, its last lines
  std::vector<WorkloadOutcome> outcomes;
  double score = 0;  ///< the objective, smaller is better; only of a complete trial
  /// What else its workloads agree in, by the name of the metric: "throughput", "cpu_time", and
  /// what constraints are on.
  std::map<std::string, double> figures;
  std::string started;  ///< UTC, ISO 8601
  double seconds = 0;   ///< wall time
};

}  // namespace moderato
