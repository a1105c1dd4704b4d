// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/process.hpp"
#include "search/searcher.hpp"

namespace moderato::benchmark {

/// A searcher in a program of its own, which reads one JSON document a line on stdin and writes one
/// on stdout; whatever else it says goes to stderr:
///
///   > {"task": {"peer": "optuna-tpe", "seed": 1, "budget": 50, "mode": "adaptive-rx",
///   >   "parameters": [{"knob": "rx-usecs", "values": [16, 0, 1]}, ...],
///   >   "constraints": [{"kind": "fixed_if_zero", "knobs": [...]}, ...],
///   >   "candidates": [[16, ...], ...],       the baseline first, so that places are numbers;
///   >   "anchors": [5, 9]}}                    values are in the order of the parameters
///   < {"ready": true}                         or {"error": "no module named optuna"}
///   > {"ask": 1}
///   < {"candidates": [17]}                    or {"candidates": [], "why": "..."} at its end
///   > {"tell": [{"candidate": 17, "score": -0.12}]}    no answer; null: it failed
///
/// Any number of tasks, one after the other; the end of stdin ends the program.
class PeerProcess {
 public:
  static Result<std::unique_ptr<PeerProcess>> open(const std::vector<std::string>& argv);
  PeerProcess(PeerProcess&&) = delete;
  ~PeerProcess();

  Result<void> send(const std::string& line);
  Result<std::string> receive();

 private:
  explicit PeerProcess(Process process, std::string name);
  Process process_;
  std::string name_;
  std::string received_;  ///< beyond the last line that was returned
};

/// Plays one task in a peer's process. After a failure it asks for nothing more, and failure() says
/// why.
class PeerSearcher : public Searcher {
 public:
  /// The process must outlive it. `budget`: the evaluations that there will be, which some peers
  /// plan with. Anchors of the task that are no candidate are left out.
  PeerSearcher(PeerProcess& process, const std::string& peer, const SearchTask& task, int budget);

  std::vector<Candidate> ask(std::size_t count) override;
  void tell(const Candidate& candidate, const Score& score) override;
  std::string why_finished() const override { return why_; }
  const std::string& failure() const { return failure_; }  ///< empty: none

 private:
  std::string exchange(const std::string& line);

  PeerProcess& process_;
  std::vector<Candidate> candidates_;  ///< by number, the baseline first
  std::string why_, failure_;
};

/// The task as the peer reads it, in one line.
std::string peer_task(const std::string& peer, const SearchTask& task, int budget);

}  // namespace moderato::benchmark
