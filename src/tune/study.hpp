// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/device.hpp"
#include "core/file.hpp"
#include "core/link.hpp"
#include "core/result.hpp"
#include "core/trial.hpp"
#include "core/utc_now.hpp"
#include "search/merging.hpp"
#include "stats/pareto.hpp"
#include "tune/ranking.hpp"

namespace moderato {

/// One end of the link as the study found it.
struct StudyEndpoint {
  Endpoint endpoint;
  HostReport found;   ///< with just this one device
  Settings baseline;  ///< the device knobs of the space

  const Device& device() const { return found.devices.front(); }
};

/// A process knob of the space that can never reach one of the workloads.
struct OutOfReach {
  std::string knob, workload;
  std::string reason;
  bool operator==(const OutOfReach&) const = default;
};

/// What is fixed when a study starts (but for the end of its search and the Pareto set):
/// study.json, with policy.json, endpoint-N.json and since.json beside it, and equal-values.json
/// soon after. With that and the journal everything that a study says can be worked out again.
struct StudyHeader {
  std::string name;
  std::string created;  ///< UTC, ISO 8601
  std::string version;  ///< of moderato
  std::uint64_t seed = 0;
  std::string link_source;    ///< "loopback", or the file that the link was read from
  std::string policy_text;    ///< the policy document, whole
  std::string policy_source;  ///< where it was read from
  std::vector<StudyEndpoint> endpoints;
  Settings process_baseline;  ///< the process knobs of the space
  std::vector<OutOfReach> out_of_reach;
  std::vector<EqualValue> equal_values;
  bool looked_for_equal_values = false;
  std::string run_as;         ///< the user of the workloads; "": from before this was recorded
  bool cuts_warm_up = false;  ///< all trials or none: a study from before the rule goes on without
  std::optional<OldRanking> since = {};  ///< measured again before anything else
  bool search_ended = false;             ///< it asks for no more, be it that not all was measured
  std::vector<TradeOff> pareto;          ///< once all rounds are over: what nothing measured beats
};

/// What candidate 0 stands for: the first endpoint's settings and those of the processes; or the
/// baseline of an old ranking, where that takes their place.
Settings baseline_settings(const StudyHeader& header);
/// The same, if all endpoints start from equal settings.
std::optional<Settings> common_baseline(const StudyHeader& header);

/// study.json alone: without the policy's text and what was found at the endpoints.
std::string to_json(const StudyHeader& header);
Result<StudyHeader> parse_study(const std::string& text, const std::string& source);

/// The folder of a study: study.json, policy.json, endpoint-N.json, equal-values.json,
/// trials.jsonl, samples/, profile.json, report.*.
class Study {
 public:
  /// Makes the folder; refuses one that holds a study already.
  static Result<Study> create(const std::filesystem::path& folder, StudyHeader header);
  /// One that is forgotten with its object: it has no folder, and keeps nothing but its trials.
  static Study in_memory(StudyHeader header);
  /// Opens it with all trials recorded so far. A torn last line of the journal is cut off.
  static Result<Study> open(const std::filesystem::path& folder);

  const StudyHeader& header() const { return header_; }
  const std::vector<Trial>& trials() const { return trials_; }
  const std::filesystem::path& folder() const { return folder_; }

  /// The last recorded trial with this key, nullptr if there is none.
  const Trial* find(const TrialKey& key) const;
  /// On disk when it returns, as is what record() is given.
  Result<void> keep_equal_values(std::vector<EqualValue> equal);
  Result<void> end_search();
  Result<void> keep_pareto(std::vector<TradeOff> pareto);
  Result<void> record(Trial trial);
  Result<void> keep_samples(const TrialKey& key, const std::string& workload,
                            const std::string& raw) const;

 private:
  Study(std::filesystem::path folder, StudyHeader header, std::vector<Trial> trials,
        std::optional<DurableLog> log)
      : folder_(std::move(folder)),
        header_(std::move(header)),
        trials_(std::move(trials)),
        log_(std::move(log)) {}
  std::filesystem::path folder_;
  StudyHeader header_;
  std::vector<Trial> trials_;
  std::optional<DurableLog> log_;
};

/// Reads a study without touching it (`moderato report`, also while it runs).
struct StudyRecord {
  StudyHeader header;
  std::vector<Trial> trials;
};
Result<StudyRecord> read_study(const std::filesystem::path& folder);
/// Without its trials, of which there may be many.
Result<StudyHeader> read_study_header(const std::filesystem::path& folder);

}  // namespace moderato
