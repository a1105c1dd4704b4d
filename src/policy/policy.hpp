// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "core/result.hpp"
#include "space/space.hpp"

namespace moderato {

/// A workload that the policy measures, by its name in the catalogue.
struct WorkloadUse {
  std::string name;                               ///< "udp-pingpong"
  std::map<std::string, std::string> parameters;  ///< "size" -> "8"; replaces the default
  double weight = 1;                              ///< in the geometric mean over all workloads
};

/// What is minimised: a figure of the samples. The last three are of a whole run, and only for
/// constraints: its time, what it brings across in a second, and what the hosts' CPUs spend on it.
enum class Metric { min, mean, median, p90, p95, p99, p999, max, run_time, throughput, cpu_time };
std::string_view name_of(Metric metric);  ///< "p99.9" for p999

/// What a candidate must keep beside the objective: the ratio of a metric to that of the baseline
/// in the same round.
struct MetricConstraint {
  Metric metric = Metric::throughput;
  bool at_least = true;  ///< else at most
  double ratio = 1;
  bool operator==(const MetricConstraint&) const = default;
};
std::string describe(const MetricConstraint& constraint);  ///< "throughput >= 0.98"

struct MeasurementPlan {
  int calibration_rounds = 5;   ///< baseline against baseline, before anything else
  int probe_rounds = 5;         ///< rounds in which the knobs are probed; 0: they are not
  int search_rounds = 3;        ///< rounds in which a batch of candidates is searched
  int batch = 32;               ///< candidates that share the rounds of one batch
  int finalists = 3;            ///< candidates that are confirmed
  int confirm_rounds = 15;      ///< fresh rounds of the confirmation, as in the paper
  double settle_s = 0;          ///< pause after a change of settings (DIM, mlx4's 250 ms tick)
  double trial_timeout_s = 60;  ///< of one workload
  bool keep_samples = true;     ///< keep the raw samples of each trial in the study
};

/// Who chooses the candidates, and how many at most.
struct SearchPlan {
  std::string searcher = "grid";
  std::vector<Settings> anchors;  ///< looked at before all others, but for the grid
  int max_candidates = 0;         ///< 0 = as many as the searcher asks for
};

struct Policy {
  std::string name;
  std::string workload_class;  ///< "network", "micro", ... : field "class"
  std::string description;
  std::vector<WorkloadUse> workloads;
  Space space;  ///< with the universal constraints added
  Metric objective = Metric::p99;
  std::vector<MetricConstraint> constraints;
  SearchPlan search;
  double max_minutes = 0;  ///< of the whole study; 0 = no limit
  double alpha = 0.05;     ///< of the Holm-corrected rank test
  MeasurementPlan plan;
  double heartbeat_timeout_s = 5;  ///< a tuner silent for so long is taken for dead by its agents
};

/// Reads a policy document, schema "moderato-policy/1" (policies/README.md, field by field). All
/// faults at once, each with its path and remedy. `known_knobs`: the ids that exist, with their
/// range.
struct KnobRange {
  std::int64_t min = 0, max = 0;
};
Result<Policy> parse_policy(const std::string& text, const std::string& source,
                            const std::map<std::string, KnobRange>& known_knobs);

/// Settings of the other knobs in which each knob is probed.
inline constexpr int probing_contexts = 2;
/// Whether the probe takes fewer trials than the search itself, which tells as much otherwise.
bool probing_pays(const MeasurementPlan& plan, int candidates, int probing);

/// Of so many candidates, those that are measured at most.
int searched_at_most(const SearchPlan& search, int candidates);

/// A round of two trials cannot tell which of them was disturbed; with three, 15 rounds find in 99
/// % of studies what they find in 88 % with two (5 % under 4 % outliers).
inline constexpr int smallest_round = 3;

/// Trials that the confirmation of so many finalists may take, the baseline's included.
int confirmation_trials(const MeasurementPlan& plan, int finalists);

/// Trials that the plan takes for `candidates` measured candidates besides the baseline, after a
/// probe of `probing` of them (0: none), at most.
int planned_trials(const MeasurementPlan& plan, int candidates, int probing = 0);

}  // namespace moderato
