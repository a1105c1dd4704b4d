// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <vector>

namespace moderato::workloads {

/// Open MPI as launcher and out-of-band channel: small facts go back and forth before and after the
/// measurement. In between it is silent, unlike a daemon that polls.
class Exchange {
 public:
  Exchange(int& argc, char**& argv);
  ~Exchange();
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;

  int rank() const { return rank_; }
  int ranks() const { return ranks_; }

  /// Everyone waits for everyone. Sleeps while it waits, instead of taking a core from the other.
  void barrier() const;
  /// The numbers of `from`, at every rank.
  std::vector<double> broadcast(std::vector<double> numbers, int from) const;

 private:
  int rank_ = 0, ranks_ = 0;
};

/// The whole of a workload's main(): starts MPI, runs `body`, and turns an exception into its text
/// on stderr and status 1, of this rank and so of the job.
int guarded_main(int argc, char** argv, const std::string& program,
                 const std::function<void(Exchange&, int, char**)>& body);

}  // namespace moderato::workloads
