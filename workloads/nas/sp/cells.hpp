// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "nas/cfd/space_operator.hpp"
#include "nas/sp/multipartition.hpp"

namespace moderato::workloads::nas::sp {

/// A cell of the multi-partition, with what belongs to it.
struct Cell {
  explicit Cell(const cfd::Block& of)
      : block(of),
        space_operator(of),
        solution(of.size, cfd::solution_halo),
        forcing(of.size, 0),
        values(of.size, 0) {
    space_operator.set_forcing(solution, forcing);
  }

  cfd::Block block;
  cfd::SpaceOperator space_operator;
  cfd::Field solution, forcing;
  cfd::Field values;  ///< the right-hand side, and what each factor makes of it
};

/// Those of a process, by their z.
using Cells = std::vector<Cell>;

}  // namespace moderato::workloads::nas::sp
