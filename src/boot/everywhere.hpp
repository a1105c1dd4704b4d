// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>
#include <vector>

#include "boot/boot.hpp"
#include "core/parallel.hpp"

namespace moderato {

/// Raises the limit of open files, as far as that may be, for agents on so many hosts.
void allow_open_files_for(std::size_t agents);

/// Calls `work` for every target at the same time, and returns their outcomes in the order of the
/// targets: none waits for another, and none that fails hides another. Each gets `program` with the
/// deadline of its host: by then, counted from now, the host has to have answered everything.
template <typename T>
std::vector<Result<T>> everywhere(
    const std::vector<Target>& targets, const AgentProgram& program,
    std::chrono::milliseconds deadline,
    const std::function<Result<T>(const Target&, const AgentProgram&)>& work) {
  AgentProgram hurried = program;
  hurried.answer_timeout = deadline;
  hurried.deadline = std::chrono::steady_clock::now() + deadline;
  allow_open_files_for(targets.size());
  std::vector<Result<T>> outcomes(targets.size());
  in_parallel(targets.size(), [&](std::size_t i) { outcomes[i] = work(targets[i], hurried); });
  return outcomes;
}

}  // namespace moderato
