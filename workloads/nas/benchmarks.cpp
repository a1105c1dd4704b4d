// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "nas/benchmark.hpp"
#include "nas/cg/cg.hpp"
#include "nas/ep/ep.hpp"
#include "nas/lu/lu.hpp"
#include "nas/sp/sp.hpp"

namespace moderato::workloads::nas {
namespace {

constexpr std::array kinds{
    BenchmarkKind{"cg", "Conjugate gradient on a random sparse matrix; processes: a power of two",
                  cg::refusal, cg::make},
    BenchmarkKind{"ep", "Gaussian deviates by acceptance and rejection; processes: a power of two",
                  ep::refusal, ep::make},
    BenchmarkKind{"lu", "Navier-Stokes equations by SSOR; processes: a power of two", lu::refusal,
                  lu::make},
    BenchmarkKind{"sp",
                  "Navier-Stokes equations by scalar pentadiagonal systems; processes: a square",
                  sp::refusal, sp::make},
};

}  // namespace

std::span<const BenchmarkKind> benchmark_kinds() {
  return kinds;
}

}  // namespace moderato::workloads::nas
