// SPDX-License-Identifier: Apache-2.0
#include "nas/process_counts.hpp"

#include <fmt/format.h>

#include <bit>

namespace moderato::workloads::nas {

std::optional<int> log2_of(int number) {
  if (number < 1 || !std::has_single_bit(static_cast<unsigned>(number))) return std::nullopt;
  return std::countr_zero(static_cast<unsigned>(number));
}

std::optional<int> square_root_of(int number) {
  for (int root = 1; root <= number / root; ++root)
    if (root * root == number) return root;
  return std::nullopt;
}

std::optional<std::string> refuse_unless_power_of_two(const std::string& benchmark, int processes) {
  if (log2_of(processes)) return std::nullopt;
  return fmt::format("{} runs on 1, 2, 4, 8, ... processes, a power of two: not on {}", benchmark,
                     processes);
}

std::optional<std::string> refuse_unless_square(const std::string& benchmark, int processes) {
  if (square_root_of(processes)) return std::nullopt;
  return fmt::format("{} runs on 1, 4, 9, 16, ... processes, a square: not on {}", benchmark,
                     processes);
}

}  // namespace moderato::workloads::nas
