// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <type_traits>
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
  /// What each rank gives, in the order of the ranks, at every rank.
  template <class T>
  std::vector<T> everyones(const T& own) const {
    static_assert(std::is_trivially_copyable_v<T>);
    std::vector<T> all(static_cast<std::size_t>(ranks_));
    gather_bytes({reinterpret_cast<const char*>(&own), sizeof own},
                 {reinterpret_cast<char*>(all.data()), all.size() * sizeof own});
    return all;
  }
  /// For each index the largest number of any rank, at every rank; all give equally many. Of
  /// durations it is what the slowest rank took, whatever the clocks of the hosts show.
  std::vector<std::int64_t> largest(const std::vector<std::int64_t>& numbers) const;
  /// The numbers of all ranks one after another, at rank 0. They may give differently many.
  std::vector<std::int64_t> gather(const std::vector<std::int64_t>& numbers) const;

 private:
  void gather_bytes(std::span<const char> own, std::span<char> all) const;

  int rank_ = 0, ranks_ = 0;
};

/// The whole of a workload's main(): starts MPI, runs `body`, and turns an exception into its text
/// on stderr and status 1, of this rank and so of the job. A Refusal has status 2, and its text
/// stands there once.
int guarded_main(int argc, char** argv, const std::string& program,
                 const std::function<void(Exchange&, int, char**)>& body);

}  // namespace moderato::workloads
