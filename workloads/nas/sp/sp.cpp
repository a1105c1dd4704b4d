// SPDX-License-Identifier: Apache-2.0
#include "nas/sp/sp.hpp"

#include <fmt/format.h>

#include "nas/cfd/checks.hpp"
#include "nas/cfd/exact.hpp"
#include "nas/cfd/norms.hpp"
#include "nas/cfd/partition.hpp"
#include "nas/process_counts.hpp"
#include "nas/sp/characteristics.hpp"
#include "nas/sp/classes.hpp"
#include "nas/sp/sweep.hpp"

namespace moderato::workloads::nas::sp {
namespace {

using cfd::Axis;

Multipartition partition_of(MPI_Comm processes) {
  int rank = 0, ranks = 1;
  MPI_Comm_rank(processes, &rank);
  MPI_Comm_size(processes, &ranks);
  return partition(rank, square_root_of(ranks).value_or(1));  // a square: see refusal()
}

Cells make_cells(const Multipartition& partition, int points) {
  Cells cells;
  for (int z = 0; z < partition.side; ++z)
    cells.emplace_back(partition.block({points, points, points}, z));
  return cells;
}

Rows rows_at(cfd::Field& field, int j, int k) {
  return {field.row(0, j, k), field.component_stride()};
}
ConstRows const_rows_at(const cfd::Field& field, int j, int k) {
  return {field.row(0, j, k), field.component_stride()};
}

// What follows each sweep.

void finish_x(Cell& cell, int k) {
  for (int j = 0; j < cell.block.size[1]; ++j)
    from_x_to_y(rows_at(cell.values, j, k), cell.block.size[0]);
}

void finish_y(Cell& cell, int k) {
  for (int j = 0; j < cell.block.size[1]; ++j)
    from_y_to_z(rows_at(cell.values, j, k), cell.block.size[0]);
}

void finish_z(Cell& cell, int j) {
  for (int k = 0; k < cell.block.size[2]; ++k)
    add_characteristics_of_z(const_rows_at(cell.values, j, k), rows_at(cell.solution, j, k),
                             cell.block.size[0]);
}

class Sp : public Benchmark {
 public:
  Sp(const Class& parameters, MPI_Comm processes, PhaseTimer& timer)
      : parameters_(parameters),
        processes_(processes),
        partition_(partition_of(processes)),
        cells_(make_cells(partition_, parameters.points)),
        messages_(partition_, cells_, processes, timer),
        sweeps_{sweep(Axis::x, finish_x), sweep(Axis::y, finish_y), sweep(Axis::z, finish_z)} {}

  std::size_t iterations() const override { return static_cast<std::size_t>(parameters_.steps); }
  double operations() const override;
  void start() override;
  void iterate(std::size_t iteration) override;
  Checks checks() override;

 private:
  Sweep sweep(Axis axis, const Sweep::Finish& finish) {
    return {partition_, cells_, axis, parameters_.time_step, buffers_, finish};
  }
  void right_hand_side(Cell& cell) const;
  cfd::State residual_norms();
  cfd::State error_norms();
  const cfd::Extent& grid() const { return cells_.front().block.grid; }

  const Class& parameters_;
  MPI_Comm processes_;
  Multipartition partition_;
  Cells cells_;
  Messages messages_;
  SweepBuffers buffers_;
  std::array<Sweep, 3> sweeps_;
};

/// The report's count for one time step, as a polynomial in the points of the grid.
double Sp::operations() const {
  const double n = parameters_.points;
  return parameters_.steps * (881.174 * n * n * n - 4683.91 * n * n + 11484.5 * n - 19272.4);
}

void Sp::start() {
  for (Cell& cell : cells_)
    cfd::initialise(cell.block, cell.solution);
}

/// In the characteristic variables of x.
void Sp::right_hand_side(Cell& cell) const {
  cell.space_operator.apply(cell.solution, cell.forcing, cell.values, [&](int k) {
    for (int j = 0; j < cell.block.size[1]; ++j)
      to_characteristics_of_x(const_rows_at(cell.solution, j, k), parameters_.time_step,
                              rows_at(cell.values, j, k), cell.block.size[0]);
  });
}

void Sp::iterate(std::size_t) {
  messages_.exchange_halos(cells_);
  for (Cell& cell : cells_)
    right_hand_side(cell);
  for (Sweep& sweep : sweeps_)
    sweep.solve(cells_, messages_);
}

cfd::State Sp::residual_norms() {
  messages_.exchange_halos(cells_);
  cfd::State sums{};
  for (Cell& cell : cells_) {
    cell.space_operator.apply(cell.solution, cell.forcing, cell.values);
    cfd::add(cfd::sum_of_squares(cell.values), sums);
  }
  return cfd::root_mean_square(sums, grid(), processes_);
}

cfd::State Sp::error_norms() {
  cfd::State sums{};
  for (const Cell& cell : cells_)
    cfd::add(cfd::sum_of_squared_errors(cell.block, cell.solution), sums);
  return cfd::root_mean_square(sums, grid(), processes_);
}

Checks Sp::checks() {
  Checks checks;
  cfd::add_checks("residual_norm", residual_norms(), parameters_.residual_norms, tolerance, checks);
  cfd::add_checks("error_norm", error_norms(), parameters_.error_norms, tolerance, checks);
  return checks;
}

}  // namespace

std::optional<std::string> refusal(ProblemClass problem, int processes) {
  const auto root = square_root_of(processes);
  if (!root) return refuse_unless_square("SP", processes);
  const int side = *root, points = row_of(classes, problem).points;
  if (cfd::part_of(points, side, side - 1).size >= cfd::solution_halo) return std::nullopt;
  return fmt::format(
      "SP class {} has {} points inside the grid along each axis, and a cell needs"
      " {} of them: too few for {} cells, of {} processes",
      letter(problem), points - 2, cfd::solution_halo, side, processes);
}

std::unique_ptr<Benchmark> make(ProblemClass problem, MPI_Comm processes, PhaseTimer& timer) {
  return std::make_unique<Sp>(row_of(classes, problem), processes, timer);
}

}  // namespace moderato::workloads::nas::sp
