// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/interrupt.hpp"
#include "core/user.hpp"
#include "tune/findings.hpp"
#include "tune/link_use.hpp"
#include "tune/progress.hpp"
#include "tune/session.hpp"
#include "tune/since.hpp"
#include "tune/study.hpp"
#include "workload/workload.hpp"

namespace moderato {

struct TuneOptions {
  std::string policy_text, policy_source;  ///< of a study that goes on: those that it holds
  std::string link_source = "loopback";    ///< likewise
  std::filesystem::path study;             ///< folder
  std::filesystem::path earlier;           ///< folder of a study to learn from; empty: of none
  std::optional<SinceProfile> since;       ///< begin with its ranking; unused with `resumed`
  std::uint64_t seed = 1;                  ///< likewise
  std::optional<Folder> resumed;           ///< of the study that goes on; nothing: a new one
  LinkUse use;   ///< not on record: a study that goes on has to be told again
  RunAs run_as;  ///< the workloads
  WorkloadPaths paths;
  AgentProgram agent;
};

/// Whether the search can begin with `options.earlier`, if that is given. Touches no host.
Result<void> check_earlier(const TuneOptions& options, const Policy& policy);

/// The whole path: calibrate, search, confirm, conclude; see the short function of this name. A
/// ranking that is asked about and stands ends it after the calibration. The link is put back
/// whatever happens. On interruption the error is interrupted_error() and the study can be resumed.
Result<Findings> tune(const TuneOptions& options, Progress& progress, const Interrupt& interrupt);

}  // namespace moderato
