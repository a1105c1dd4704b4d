// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <cstdlib>
#include <string>

#include "workload/workload.hpp"

namespace moderato {

/// Of a busy host with fewer CPUs than processes, and much slower than any that is known.
constexpr RunLimits patient{.timeout = std::chrono::minutes(10)};

/// This host under several addresses of its loopback device. mpirun takes all but the first one for
/// other hosts, so that the programs run as in a study, remote shell included.
inline Link this_host_times(int count) {
  Link link{"local", {}};
  for (int i = 1; i <= count; ++i)
    link.endpoints.push_back(
        {fmt::format("host-{}", i), {}, "lo", fmt::format("127.0.0.{}", i), ""});
  return link;
}
inline Link this_host_twice() {
  return this_host_times(2);
}

inline WorkloadPaths build_tree() {
  const std::filesystem::path build = MODERATO_BINARY_DIR;
  return {"/none", std::filesystem::path(MODERATO_SOURCE_DIR) / "workloads/catalogue",
          build / "libexec/moderato", build / "bin/moderato"};
}

/// What moderato would run for these words.
inline Command mpi_command(const Argv& words, int ranks = 2,
                           const std::map<std::string, std::string>& environment = {}) {
  WorkloadDescriptor workload;
  workload.name = "test";
  workload.ranks = ranks;
  workload.environment = environment;
  workload.mca = {{"pml", "ob1"}, {"btl", "tcp,self"}, {"mpi_yield_when_idle", "1"}};
  workload.command = words;
  auto command = build_command(workload, {}, this_host_twice(), build_tree());
  REQUIRE_MESSAGE(command.has_value(), (command ? "" : command.error().message));
  return std::move(*command);
}

inline RunResult run_words(const Argv& words) {
  auto result = run(mpi_command(words), {.timeout = std::chrono::minutes(20)});
  REQUIRE_MESSAGE(result.has_value(), (result ? "" : result.error().message));
  return std::move(*result);
}

/// True, and a line that says so, where there is no mpirun.
inline bool without_mpirun() {
  const auto version = run({{"mpirun", "--version"}, {}}, {});
  if (version && version->end == RunEnd::exited && version->status == 0) return false;
  fmt::print("SKIPPED: mpirun cannot be started (package openmpi-bin)\n");
  return true;
}

}  // namespace moderato
