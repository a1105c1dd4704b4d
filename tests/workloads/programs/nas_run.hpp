// SPDX-License-Identifier: Apache-2.0
// Runs of moderato-nas.
#pragma once

#include <algorithm>
#include <cmath>

#include "local_run.hpp"

namespace moderato {

using Texts = std::map<std::string, std::string>;

struct Job {
  int processes = 1;
  Argv words;
  Texts environment = {};
};

inline Command command_of(const Job& job) {
  Argv words{"{libexec}/moderato-nas"};
  words.insert(words.end(), job.words.begin(), job.words.end());
  return mpi_command(words, job.processes, job.environment);
}

inline Samples measure(const Job& job) {
  CAPTURE(fmt::format("{} processes: {}", job.processes, fmt::join(job.words, " ")));
  auto done = run_workload(command_of(job), {}, patient);
  REQUIRE_MESSAGE(done.has_value(), (done ? "" : done.error().error.message + done.error().err));
  CHECK(std::ranges::all_of(done->samples.values, [](double value) { return value > 0; }));
  return std::move(done->samples);
}

inline void check_fails(const Job& job, int status, const Argv& parts) {
  CAPTURE(fmt::format("{} processes: {}", job.processes, fmt::join(job.words, " ")));
  const auto result = run(command_of(job), patient);
  REQUIRE(result.has_value());
  CHECK(result->end == RunEnd::exited);
  CHECK(result->status == status);
  CHECK(result->out.empty());
  for (const std::string& part : parts)
    CHECK_MESSAGE(result->err.find(part) != std::string::npos, "'", part, "' is not in\n",
                  result->err);
}

/// Environment in which a rank has a faulty MPI library (mpi_faults.cpp).
inline Texts with_fault(Texts fault) {
  fault["LD_PRELOAD"] = MPI_FAULTS;
  fault["ASAN_OPTIONS"] = "verify_asan_link_order=0";  // of a sanitized build
  return fault;
}

inline void check_same_results(const Samples& got, const Samples& expected, const Argv& results,
                               double tolerance) {
  for (const std::string& result : results) {
    CAPTURE(result);
    const double is = got.counters.at(result), should = expected.counters.at(result);
    CHECK(std::abs(is - should) <= tolerance * std::abs(should));
  }
}

}  // namespace moderato
