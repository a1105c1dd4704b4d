// SPDX-License-Identifier: Apache-2.0
#include "nas/sp/line_plane.hpp"

#include <algorithm>
#include <cmath>

namespace moderato::workloads::nas::sp {
namespace {

constexpr int matrix_numbers = 3;  // convection, diffusion, sound

/// Two rows as they are passed on: of each the numbers d and e of each system, then f.
Eliminated forward_row(double* passed, int row, int lines) {
  Eliminated all;
  double* number = passed + std::ptrdiff_t{row} * forward_numbers * lines;
  for (int s = 0; s < systems; ++s) {
    all.d[s] = number + std::ptrdiff_t{2} * s * lines;
    all.e[s] = all.d[s] + lines;
  }
  for (int m = 0; m < right_hand_sides; ++m)
    all.f[m] = number + std::ptrdiff_t{2 * systems + m} * lines;
  return all;
}

/// Results only.
Eliminated backward_row(double* passed, int row, int lines) {
  Eliminated all{};
  for (int m = 0; m < right_hand_sides; ++m)
    all.f[m] = passed + std::ptrdiff_t{row * backward_numbers + m} * lines;
  return all;
}

void copy(const Eliminated& from, const Eliminated& to, int lines) {
  for (int s = 0; s < systems; ++s) {
    if (to.d[s] == nullptr) continue;
    std::copy_n(from.d[s], lines, to.d[s]);
    std::copy_n(from.e[s], lines, to.e[s]);
  }
  for (int m = 0; m < right_hand_sides; ++m)
    std::copy_n(from.f[m], lines, to.f[m]);
}

}  // namespace

LinePlane::LinePlane(const cfd::Block& block, cfd::Axis axis, double time_step)
    : block_(block),
      axis_(axis),
      time_step_(time_step),
      weights_(cfd::flux_weights(axis, block.grid[cfd::index_of(axis)])),
      rows_(block.size[cfd::index_of(axis)]),
      lines_(block.size[axis == cfd::Axis::x ? 1 : 0]),
      planes_(block.size[axis == cfd::Axis::z ? 1 : 2]),
      matrix_(static_cast<std::size_t>(matrix_numbers) * (rows_ + 2) * lines_) {
  if (axis != cfd::Axis::x) return;
  natural_.resize(static_cast<std::size_t>(matrix_numbers) * (rows_ + 2));
  transposed_.resize(static_cast<std::size_t>(cfd::components) * rows_ * lines_);
}

MatrixRow LinePlane::matrix(int row) const {
  const double* first = matrix_.data() + std::ptrdiff_t{matrix_numbers} * (row + 1) * lines_;
  return {.convection = first, .diffusion = first + lines_, .sound = first + 2 * lines_};
}

/// `u`: the first component at the first of the points; `row`: three numbers for each point.
void LinePlane::fill_matrix_row(const double* u, std::ptrdiff_t stride, int points, double* row) {
  const double *mx = u + stride, *my = u + 2 * stride, *mz = u + 3 * stride, *e = u + 4 * stride;
  const double* normal = u + (1 + cfd::index_of(axis_)) * stride;
  double *convection = row, *diffusion = row + points, *sound = row + 2 * points;
  const double per_2h = time_step_ * weights_.convection;
  const double constant = time_step_ * weights_.diffusion;
  // The largest of the diagonal's viscous terms: conduction exceeds shear and stress.
  const double conduction = time_step_ * weights_.viscosity * cfd::k1 * cfd::k5;
#pragma omp simd
  for (int i = 0; i < points; ++i) {
    const double volume = 1 / u[i];
    const double kinetic = 0.5 * (mx[i] * mx[i] + my[i] * my[i] + mz[i] * mz[i]) * volume;
    convection[i] = per_2h * normal[i] * volume;
    diffusion[i] = constant + conduction * volume;
    sound[i] = per_2h * std::sqrt(cfd::k1 * cfd::k2 * volume * (e[i] - kinetic));
  }
}

void LinePlane::fill_matrix(const cfd::Field& solution, int plane) {
  const std::ptrdiff_t stride = solution.component_stride();
  if (axis_ != cfd::Axis::x) {
    for (int row = -1; row <= rows_; ++row) {
      const int j = axis_ == cfd::Axis::y ? row : plane, k = axis_ == cfd::Axis::y ? plane : row;
      fill_matrix_row(solution.row(0, j, k), stride, lines_,
                      matrix_.data() + std::ptrdiff_t{matrix_numbers} * (row + 1) * lines_);
    }
    return;
  }
  for (int line = 0; line < lines_; ++line) {
    const int points = rows_ + 2;
    fill_matrix_row(solution.row(0, line, plane) - 1, stride, points, natural_.data());
    for (int number = 0; number < matrix_numbers; ++number) {
      const double* from = natural_.data() + std::ptrdiff_t{number} * points;
      double* to = matrix_.data() + std::ptrdiff_t{number} * lines_ + line;
      for (int i = 0; i < points; ++i)
        to[std::ptrdiff_t{matrix_numbers} * i * lines_] = from[i];
    }
  }
}

/// Returns where the first component of row 0 lies.
double* LinePlane::load(cfd::Field& values, int plane) {
  if (axis_ != cfd::Axis::x) {
    component_stride_ = values.component_stride();
    row_stride_ = axis_ == cfd::Axis::y ? values.j_stride() : values.k_stride();
    return axis_ == cfd::Axis::y ? values.row(0, 0, plane) : values.row(0, plane, 0);
  }
  component_stride_ = lines_;
  row_stride_ = std::ptrdiff_t{cfd::components} * lines_;
  for (int line = 0; line < lines_; ++line)
    for (int m = 0; m < cfd::components; ++m) {
      const double* from = values.row(m, line, plane);
      double* to = transposed_.data() + m * component_stride_ + line;
      for (int i = 0; i < rows_; ++i)
        to[i * row_stride_] = from[i];
    }
  return transposed_.data();
}

/// What is solved in place is there already.
void LinePlane::store(cfd::Field& values, int plane) const {
  if (axis_ != cfd::Axis::x) return;
  for (int line = 0; line < lines_; ++line)
    for (int m = 0; m < cfd::components; ++m) {
      double* to = values.row(m, line, plane);
      const double* from = transposed_.data() + m * component_stride_ + line;
      for (int i = 0; i < rows_; ++i)
        to[i] = from[i * row_stride_];
    }
}

Eliminated LinePlane::row_at(double* first, double* factors, int row) const {
  Eliminated all;
  double* factor = factors + std::ptrdiff_t{2 * systems} * row * lines_;
  for (int s = 0; s < systems; ++s) {
    all.d[s] = factor + std::ptrdiff_t{2} * s * lines_;
    all.e[s] = all.d[s] + lines_;
  }
  for (int m = 0; m < right_hand_sides; ++m)
    all.f[m] = first + row * row_stride_ + m * component_stride_;
  return all;
}

Taps LinePlane::taps_at(int row) const {
  const int a = cfd::index_of(axis_);
  Taps taps = cfd::fourth_difference(block_.first[a] + row, block_.grid[a]);
  for (double& tap : taps)
    tap *= time_step_ * cfd::fourth_dissipation;
  return taps;
}

void LinePlane::eliminate_rows(double* first, double* factors, double* before) const {
  const auto at = [&](int row) {
    return row < 0 ? forward_row(before, row + rows_passed, lines_) : row_at(first, factors, row);
  };
  for (int row = 0; row < rows_; ++row)
    sp::eliminate(taps_at(row), matrix(row - 1), matrix(row), matrix(row + 1), at(row - 2),
                  at(row - 1), at(row), lines_);
}

void LinePlane::substitute_rows(double* first, double* factors, double* behind,
                                double* passed) const {
  const auto at = [&](int row) {
    return row < rows_ ? row_at(first, factors, row) : backward_row(behind, row - rows_, lines_);
  };
  for (int row = rows_ - 1; row >= 0; --row)
    sp::substitute(at(row), at(row + 1), at(row + 2), lines_);
  for (int row = 0; row < rows_passed; ++row)
    copy(at(row), backward_row(passed, row, lines_), lines_);
}

void LinePlane::pass_forward(double* first, double* factors, double* passed) const {
  for (int row = 0; row < rows_passed; ++row)
    copy(row_at(first, factors, rows_ - rows_passed + row), forward_row(passed, row, lines_),
         lines_);
}

void LinePlane::eliminate(int plane, const cfd::Field& solution, cfd::Field& values,
                          double* factors, double* before, double* passed) {
  fill_matrix(solution, plane);
  double* first = load(values, plane);
  eliminate_rows(first, factors, before);
  pass_forward(first, factors, passed);
  store(values, plane);
}

void LinePlane::substitute(int plane, cfd::Field& values, double* factors, double* behind,
                           double* passed) {
  double* first = load(values, plane);
  substitute_rows(first, factors, behind, passed);
  store(values, plane);
}

void LinePlane::solve(int plane, const cfd::Field& solution, cfd::Field& values, double* factors,
                      double* before, double* behind, double* passed) {
  fill_matrix(solution, plane);
  double* first = load(values, plane);
  eliminate_rows(first, factors, before);
  substitute_rows(first, factors, behind, passed);
  store(values, plane);
}

}  // namespace moderato::workloads::nas::sp
