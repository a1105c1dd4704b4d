// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/device.hpp"
#include "core/knob.hpp"
#include "core/result.hpp"
#include "core/samples.hpp"

namespace moderato {

/// What the settings were found on. A device with another fingerprint makes the profile stale.
struct Fingerprint {
  std::string driver, driver_version, firmware, kernel, pci_id;
  std::string kind;  ///< "pf", "vf", "virtual"
  std::optional<std::int64_t> speed_mbps;
  int mtu = 0;

  bool operator==(const Fingerprint&) const = default;
};

/// Which devices the settings are for. An empty field matches everything.
struct Match {
  std::string driver;
  std::string kind;
  std::string pci_id;
  std::string netdev;
};

/// One constraint of the policy and one candidate, in the confirmation rounds. Ratios are candidate
/// / baseline of the metric.
struct ConstraintFinding {
  std::string constraint;  ///< "throughput >= 0.98"
  int rounds = 0;
  double ratio_median = 1;
  double ratio_low = 1, ratio_high = 1;  ///< distribution-free interval of the median ratio
  double confidence = 0;                 ///< of the interval; 0: too few rounds for one
  double p = 1;                          ///< one-sided, aligned ranks: of "it keeps the constraint"
  bool violated = false;  ///< p at or below alpha, with no correction: it cannot be chosen
  bool operator==(const ConstraintFinding&) const = default;
};

/// One candidate against the baseline in the confirmation rounds. Ratios are candidate / baseline
/// of the score, below 1 = better.
struct Comparison {
  Settings settings;
  int rounds = 0;
  /// The first of them that the p-values rest on, a number that was fixed beforehand; 0: it fell
  /// behind before it had so many or failed twice, was not tested, and its p-values are 1.
  int tested_rounds = 0;
  int failed_rounds = 0;  ///< beside `rounds`, in which it could not be measured
  double ratio_median = 1;
  double ratio_low = 1, ratio_high = 1;  ///< distribution-free interval of the median ratio
  double confidence = 0;                 ///< of the interval; 0: too few rounds for one
  double p_rank = 1;                     ///< aligned-rank test, before Holm
  double p_holm = 1;                     ///< after Holm: this one decides
  double p_t = 1;                        ///< the paper's paired two-tailed t-test
  double outlier_rate = 0;
  std::map<std::string, Summary> summaries;    ///< by workload: medians over rounds of each figure
  std::vector<ConstraintFinding> constraints;  ///< one for each of the policy

  /// It was dropped, and cannot be chosen, however many rounds it had before.
  bool fails() const { return failed_rounds > 1; }
  bool violates() const {
    for (const ConstraintFinding& one : constraints)
      if (one.violated) return true;
    return false;
  }
};

/// Better than the baseline: significant after Holm, with its whole interval, and violating no
/// constraint. The rule by which the tuner decides, and a profile is held against.
bool is_proven(const Comparison& comparison, double alpha);

struct Evidence {
  std::string policy;
  std::string objective;   ///< "p99"
  std::string study;       ///< folder name of the study
  std::string created;     ///< UTC, ISO 8601
  double noise_floor = 0;  ///< relative, 0.031 = 3.1 %
  double alpha = 0.05;
  int candidates = 0;  ///< measured in the search, without the baseline
  /// What the comparisons are with; empty where the endpoints began with different settings.
  Settings baseline_settings = {};
  std::map<std::string, Summary> baseline;  ///< as Comparison::summaries
  std::vector<Comparison> comparisons;      ///< finalists, best first
};

enum class Outcome { improved, baseline_is_best };

/// A tuned result for a kind of NIC, schema "moderato-profile/1" (profiles/README.md).
struct Profile {
  std::string name;
  std::string workload_class;  ///< field "class"
  Outcome outcome = Outcome::improved;
  Settings settings;  ///< effective values; of baseline_is_best: the baseline's
  /// Knobs of processes: advice for those who start programs; nothing that a device holds.
  Settings process;
  Match match;
  Fingerprint fingerprint;
  Evidence evidence;
};

/// Those of devices and of processes.
Settings all_settings(const Profile& profile);

/// Of the settings that the profile holds. A driver may have rounded what was asked for: then of
/// the only one that was proven, and nullptr if that may be several.
const Comparison* evidence_of(const Profile& profile);

/// The profile's settings as they were asked for when they were measured. A device reads back the
/// others, but may not take them: igbvf shows rx-usecs 1 for 0, and refuses 1.
Settings settings_as_measured(const Profile& profile);

/// Numbers with full precision: reading it back gives an equal profile. Absent optionals and empty
/// fields of the match are left out. Precondition: all numbers finite.
std::string to_json(const Profile& profile);

/// Strict: unknown fields, wrong types, unknown knobs, values that no driver takes are refused, all
/// at once; so is an outcome that the evidence does not bear out. Knobs as for parse_policy: id ->
/// {min, max}.
using KnobRanges = std::map<std::string, std::pair<std::int64_t, std::int64_t>>;
Result<Profile> parse_profile(const std::string& text, const std::string& source,
                              const KnobRanges& device_knobs, const KnobRanges& process_knobs = {});

Fingerprint fingerprint_of(const Device& device, const std::string& kernel);

/// The match that a profile found on `device` gets: driver, kind and PCI id.
Match match_for(const Device& device);

/// Why `profile` is not for `device`, in words; nothing if it is.
std::optional<std::string> mismatch(const Match& match, const Device& device);

/// The parts of the fingerprint that differ, "firmware: 16.32 -> 16.35"; empty = fresh. A speed
/// that is unknown on either side (link down) does not count.
std::vector<std::string> staleness(const Fingerprint& recorded, const Fingerprint& now);

}  // namespace moderato
