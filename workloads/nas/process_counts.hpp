// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

namespace moderato::workloads::nas {

/// The whole logarithm to base 2, if there is one.
std::optional<int> log2_of(int number);
/// The whole square root, if there is one.
std::optional<int> square_root_of(int number);

// Why a benchmark ("CG") cannot run on so many processes; nothing if it can.

std::optional<std::string> refuse_unless_power_of_two(const std::string& benchmark, int processes);
std::optional<std::string> refuse_unless_square(const std::string& benchmark, int processes);

}  // namespace moderato::workloads::nas
