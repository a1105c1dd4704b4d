// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>

namespace moderato::workloads::nas {

/// The sizes of the NAS Parallel Benchmarks: sample, workstation, and three that grow about
/// fourfold each.
enum class ProblemClass { S, W, A, B, C };

constexpr std::size_t problem_classes = 5;
constexpr std::array<const char*, problem_classes> class_letters{"S", "W", "A", "B", "C"};

constexpr const char* letter(ProblemClass problem) {
  return class_letters[static_cast<std::size_t>(problem)];
}

/// One row of parameters and reference values for each class.
template <class Row>
using ClassTable = std::array<Row, problem_classes>;

template <class Row>
constexpr const Row& row_of(const ClassTable<Row>& table, ProblemClass problem) {
  return table[static_cast<std::size_t>(problem)];
}

}  // namespace moderato::workloads::nas
