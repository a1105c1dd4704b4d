// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "core/interrupt.hpp"
#include "core/trial.hpp"
#include "policy/policy.hpp"
#include "tune/figures.hpp"
#include "tune/session.hpp"
#include "tune/study.hpp"
#include "workload/workload.hpp"

namespace moderato {

/// A workload of the policy, ready to run across the link.
struct PreparedWorkload {
  std::string name;  ///< "udp-pingpong size=8": unique in the policy
  WorkloadDescriptor descriptor;
  std::map<std::string, std::string> parameters;  ///< what the policy replaces

  bool takes(const std::string& process_knob) const {
    return descriptor.parameters.contains(process_knob);
  }
};

/// All that is needed to run the workloads of a policy.
struct WorkloadSet {
  std::vector<PreparedWorkload> workloads;
  WorkloadPaths paths;
  std::string user;                      ///< whom they become; "": nobody else
  Settings baseline;                     ///< of the process knobs in the policy's space
  std::vector<OutOfReach> out_of_reach;  ///< which of those do not reach which workload
};

std::string describe(const OutOfReach& out);  ///< "srq-limit does not reach mpi-barrier: ..."

/// Finds every workload of the policy, and sees that its command can be built; the first fault
/// stops. So does a process knob of the space that reaches none of them, and a constraint on a
/// figure that one of them never gives.
Result<WorkloadSet> prepare_workloads(const Policy& policy, const Link& link,
                                      const WorkloadPaths& paths, const std::string& user = {});

/// The command of one workload for a candidate with these process settings.
Result<Command> command_for(const PreparedWorkload& workload, const Settings& process,
                            const Link& link, const WorkloadPaths& paths,
                            const std::string& user = {});

/// Measures one candidate once: apply to every endpoint, settle, run every workload, look for
/// foreign writes. A candidate or workload that does not work gives a failed trial, with the
/// baseline put back at once; a foreign write a void one. An error means that the study cannot go
/// on: an agent is gone, the restore failed, or the user interrupted.
class Measurer {
 public:
  Measurer(const Policy& policy, const WorkloadSet& workloads, Session& session, const Study& study,
           const Interrupt& interrupt)
      : policy_(policy),
        workloads_(workloads),
        session_(session),
        study_(study),
        interrupt_(interrupt) {}

  Result<Trial> measure(const Candidate& candidate, const TrialKey& key);

 private:
  Result<void> apply(const Candidate& candidate, Trial& trial);
  Result<void> endpoints_differ(Trial& trial, const std::vector<Settings>& effective,
                                std::ptrdiff_t other);
  Result<void> run_workloads(Trial& trial);
  Result<void> run_one(std::size_t index, Trial& trial);
  WorkloadOutcome reduced(const PreparedWorkload& workload, Samples samples) const;
  Result<std::optional<std::int64_t>> packets_sent(Transport transport);
  Result<void> check_transport(const PreparedWorkload& workload, std::size_t samples,
                               std::optional<std::int64_t> before, Trial& trial);
  Result<void> look_for_foreign_writes(Trial& trial);
  Result<void> fail_trial(Trial& trial, std::string reason);
  Result<void> settle() const;

  const Policy& policy_;
  const WorkloadSet& workloads_;
  Session& session_;
  const Study& study_;
  const Interrupt& interrupt_;
};

/// The error with which everything stops after a signal.
Error interrupted_error();

}  // namespace moderato
