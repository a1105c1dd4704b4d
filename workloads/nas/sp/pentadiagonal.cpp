// SPDX-License-Identifier: Apache-2.0
#include "nas/sp/pentadiagonal.hpp"

namespace moderato::workloads::nas::sp {
namespace {

/// `first` and `count`: the right-hand sides of the system; `sign`: of the speed of sound.
template <int system, int first, int count, int sign>
void eliminate_system(const Taps& taps, const MatrixRow& low, const MatrixRow& here,
                      const MatrixRow& high, const Eliminated& before_last, const Eliminated& last,
                      const Eliminated& row, int lines) {
  const double *d2 = before_last.d[system], *e2 = before_last.e[system];
  const double *d1 = last.d[system], *e1 = last.e[system];
  double *d = row.d[system], *e = row.e[system];
  const auto f2 = before_last.f, f1 = last.f, f = row.f;
  const double a = taps[0], b = taps[1], c = 1 + taps[2], high_tap = taps[3], far_tap = taps[4];
#pragma omp simd
  for (int l = 0; l < lines; ++l) {
    const double second =
        b - low.convection[l] - sign * low.sound[l] - low.diffusion[l] - a * d2[l];
    const double pivot = c + 2 * here.diffusion[l] - a * e2[l] - second * d1[l];
    const double inverse = 1 / pivot;
    d[l] = inverse * (high_tap + high.convection[l] + sign * high.sound[l] - high.diffusion[l] -
                      second * e1[l]);
    e[l] = inverse * far_tap;
    for (int m = first; m < first + count; ++m)
      f[m][l] = inverse * (f[m][l] - a * f2[m][l] - second * f1[m][l]);
  }
}

template <int system, int first, int count>
void substitute_system(const Eliminated& row, const Eliminated& next, const Eliminated& after_next,
                       int lines) {
  const double *d = row.d[system], *e = row.e[system];
  const auto f = row.f, f1 = next.f, f2 = after_next.f;
#pragma omp simd
  for (int l = 0; l < lines; ++l)
    for (int m = first; m < first + count; ++m)
      f[m][l] -= d[l] * f1[m][l] + e[l] * f2[m][l];
}

}  // namespace

void eliminate(const Taps& taps, const MatrixRow& low, const MatrixRow& here, const MatrixRow& high,
               const Eliminated& before_last, const Eliminated& last, const Eliminated& row,
               int lines) {
  eliminate_system<0, 0, 3, 0>(taps, low, here, high, before_last, last, row, lines);
  eliminate_system<1, 3, 1, 1>(taps, low, here, high, before_last, last, row, lines);
  eliminate_system<2, 4, 1, -1>(taps, low, here, high, before_last, last, row, lines);
}

void substitute(const Eliminated& row, const Eliminated& next, const Eliminated& after_next,
                int lines) {
  substitute_system<0, 0, 3>(row, next, after_next, lines);
  substitute_system<1, 3, 1>(row, next, after_next, lines);
  substitute_system<2, 4, 1>(row, next, after_next, lines);
}

}  // namespace moderato::workloads::nas::sp
