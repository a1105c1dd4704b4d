// SPDX-License-Identifier: Apache-2.0
// LU and SP of moderato-nas: every run is verified against the published norms by the program.
#include "nas_run.hpp"

using namespace moderato;

namespace {

Argv norms_of(const std::string& benchmark) {
  Argv names;
  for (int component = 1; component <= 5; ++component)
    for (const char* norm : {"residual_norm", "error_norm"})
      names.push_back(fmt::format("{}_{}", norm, component));
  if (benchmark == "lu") names.emplace_back("surface_integral");
  return names;
}

/// Rounding differs with the number of processes only in the sums that make the norms.
void check_independence(const std::string& benchmark, const std::string& problem, std::size_t steps,
                        const std::vector<int>& processes) {
  CAPTURE(problem);
  const Samples alone = measure({1, {benchmark, "--class", problem}});
  CHECK(alone.values.size() == steps);
  for (const int count : processes) {
    const Samples together = measure({count, {benchmark, "--class", problem}});
    CHECK(together.values.size() == steps);
    check_same_results(together, alone, norms_of(benchmark), 1e-12);
  }
}

double of(const Samples& samples, const std::string& counter) {
  return samples.counters.at(counter);
}

}  // namespace

TEST_CASE("LU is verified, and its norms do not depend on how many processes there are") {
  if (without_mpirun()) return;
  check_independence("lu", "S", 50, {2, 4, 8});
  check_independence("lu", "W", 300, {2, 4});
}

TEST_CASE("SP is verified, and its norms do not depend on how many processes there are") {
  if (without_mpirun()) return;
  check_independence("sp", "S", 100, {4, 9});
  check_independence("sp", "W", 400, {4});
}

TEST_CASE("LU and SP: a run behind another one gives the same results, to the last bit") {
  if (without_mpirun()) return;
  for (const std::string benchmark : {"lu", "sp"})
    check_same_results(measure({4, {benchmark, "--runs", "2"}}), measure({4, {benchmark}}),
                       norms_of(benchmark), 0);
}

TEST_CASE("LU sends the edges of every plane in both sweeps, and halos once a time step") {
  if (without_mpirun()) return;
  // Of class S: 50 steps, 10 planes of 10 by 10 points inside the grid, 5 components.
  const Samples two = measure({2, {"lu"}});
  for (const std::string sweep : {"lower_sweep", "upper_sweep"}) {
    CHECK(of(two, sweep + "_messages") == 50 * 10);
    CHECK(of(two, sweep + "_bytes") == 50 * 10 * 10 * 5 * 8);
  }
  CHECK(of(two, "halo_messages") == 2 * 50);
  CHECK(of(two, "halo_bytes") == 2 * 50 * (2 * 10 * 10) * 5 * 8);
  CHECK(of(two, "message_max_bytes") == 2 * 10 * 10 * 5 * 8);
  const Samples four = measure({4, {"lu"}});
  CHECK(of(four, "lower_sweep_messages") == 4 * 50 * 10);
  CHECK(of(four, "lower_sweep_bytes") == 4 * 50 * 10 * 5 * 5 * 8);
  CHECK(of(four, "messages") == of(four, "lower_sweep_messages") +
                                    of(four, "upper_sweep_messages") + of(four, "halo_messages") +
                                    of(four, "norms_messages"));
}

TEST_CASE("SP sends halos to six neighbours, and in each sweep two rows of each line, both ways") {
  if (without_mpirun()) return;
  // Of class S: 100 steps; cells of 5 by 5 by 5 points.
  const Samples four = measure({4, {"sp"}});
  CHECK(of(four, "halo_messages") == 4 * 6 * 100);
  CHECK(of(four, "halo_bytes") == 4 * 6 * 100 * (2 * 5 * 5) * 5 * 8);
  for (const std::string sweep : {"x_sweep", "y_sweep", "z_sweep"}) {
    CHECK(of(four, sweep + "_messages") == 4 * 2 * 100);
    CHECK(of(four, sweep + "_bytes") == 4 * 100 * (5 * 5) * 2 * (11 + 5) * 8);
  }
}

TEST_CASE("LU and SP send nothing when there is one process") {
  if (without_mpirun()) return;
  for (const std::string benchmark : {"lu", "sp"}) {
    const Samples alone = measure({1, {benchmark}});
    CHECK(of(alone, "messages") == 0);
    CHECK(of(alone, "mpi_s") == 0);
  }
}

TEST_CASE("LU and SP: data that are changed on their way are a failed verification") {
  if (without_mpirun()) return;
  const auto faulty = [](int processes, const std::string& benchmark, const std::string& call) {
    return Job{processes,
               {benchmark},
               with_fault({{"FAULT_RANK", "0"}, {"FAULT_OFFSET", "6"}, {"FAULT_CALL", call}})};
  };
  check_fails(faulty(2, "lu", "25"), 1, {"LU class S: verification failed; residual_norm_1 is "});
  check_fails(faulty(4, "sp", "100"), 1, {"SP class S: verification failed; residual_norm_1 is "});
}

TEST_CASE("LU and SP refuse numbers of processes that they cannot have, with the reason") {
  if (without_mpirun()) return;
  check_fails({3, {"lu"}}, 2, {"LU runs on 1, 2, 4, 8, ... processes, a power of two: not on 3"});
  check_fails({2, {"sp"}}, 2, {"SP runs on 1, 4, 9, 16, ... processes, a square: not on 2"});
}
