// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "nas/cfd/fluxes.hpp"
#include "nas/sp/pentadiagonal.hpp"

namespace moderato::workloads::nas::sp {

/// Numbers for each line that pass from a cell to the next one: of two rows the factors d and e
/// of the three systems and the five right-hand sides; backwards, of two rows the five results.
constexpr int forward_numbers = 2 * systems + right_hand_sides, backward_numbers = right_hand_sides;
constexpr int rows_passed = 2;

/// The lines of one cell along one axis that lie in one plane: k = const for the axes x and y, j =
/// const for z. Lines lie side by side in memory: along x that takes a transposed copy.
class LinePlane {
 public:
  /// `time_step`: dt.
  LinePlane(const cfd::Block& block, cfd::Axis axis, double time_step);

  int rows() const { return rows_; }
  int lines() const { return lines_; }
  int planes() const { return planes_; }
  /// Doubles that hold the factors of a plane, and what passes on, forwards and backwards.
  std::size_t factors_size() const { return std::size_t{2 * systems} * rows_ * lines_; }
  std::size_t forward_size() const { return std::size_t{rows_passed} * forward_numbers * lines_; }
  std::size_t backward_size() const { return std::size_t{rows_passed} * backward_numbers * lines_; }

  /// Eliminates the rows, in place. `before`: the last two rows of the cell before; `passed`: this
  /// cell's. The factors are kept in `factors`.
  void eliminate(int plane, const cfd::Field& solution, cfd::Field& values, double* factors,
                 double* before, double* passed);
  /// Substitutes, in place. `behind`: the first two rows of the cell behind; `passed`: this cell's.
  void substitute(int plane, cfd::Field& values, double* factors, double* behind, double* passed);
  /// Both at once.
  void solve(int plane, const cfd::Field& solution, cfd::Field& values, double* factors,
             double* before, double* behind, double* passed);

 private:
  void fill_matrix(const cfd::Field& solution, int plane);
  void fill_matrix_row(const double* u, std::ptrdiff_t stride, int points, double* row);
  MatrixRow matrix(int row) const;
  double* load(cfd::Field& values, int plane);
  void store(cfd::Field& values, int plane) const;
  void eliminate_rows(double* first, double* factors, double* before) const;
  void substitute_rows(double* first, double* factors, double* behind, double* passed) const;
  void pass_forward(double* first, double* factors, double* passed) const;
  Eliminated row_at(double* first, double* factors, int row) const;
  Taps taps_at(int row) const;

  cfd::Block block_;
  cfd::Axis axis_;
  double time_step_;
  cfd::FluxWeights weights_;
  int rows_, lines_, planes_;
  std::ptrdiff_t component_stride_ = 0, row_stride_ = 0;  ///< of the lines' values
  std::vector<double> matrix_;      ///< [row -1 to rows][convection, diffusion, sound][line]
  std::vector<double> natural_;     ///< along x: a row of the matrix before it is transposed
  std::vector<double> transposed_;  ///< along x: the values
};

}  // namespace moderato::workloads::nas::sp
