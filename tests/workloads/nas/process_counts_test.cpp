// SPDX-License-Identifier: Apache-2.0
#include "nas/process_counts.hpp"

#include <doctest/doctest.h>

#include <set>

#include "nas/benchmark.hpp"

using namespace moderato::workloads::nas;

namespace {

std::string refusal(const std::string& name, ProblemClass problem, int processes) {
  for (const BenchmarkKind& kind : benchmark_kinds())
    if (kind.name == name) return kind.refusal(problem, processes).value_or("");
  return "no such benchmark";
}

}  // namespace

TEST_CASE("powers of two and squares are known as such, and nothing else") {
  const std::set<int> powers{1, 2, 4, 8, 16, 32, 64}, squares{1, 4, 9, 16, 25, 36, 49, 64};
  for (int n = -1; n <= 64; ++n) {
    CAPTURE(n);
    CHECK(log2_of(n).has_value() == powers.contains(n));
    CHECK(square_root_of(n).has_value() == squares.contains(n));
    CHECK((log2_of(n) ? 1 << *log2_of(n) == n : true));
    CHECK((square_root_of(n) ? *square_root_of(n) * *square_root_of(n) == n : true));
  }
  CHECK(square_root_of(2147395600) == 46340);  // the largest that an int holds
  CHECK_FALSE(square_root_of(2147483647).has_value());
}

TEST_CASE("a count of processes that a benchmark cannot have is refused with the reason") {
  CHECK(refusal("cg", ProblemClass::S, 3) ==
        "CG runs on 1, 2, 4, 8, ... processes, a power of two: not on 3");
  CHECK(refusal("ep", ProblemClass::A, 12) ==
        "EP runs on 1, 2, 4, 8, ... processes, a power of two: not on 12");
  CHECK(refuse_unless_square("SP", 8) ==
        "SP runs on 1, 4, 9, 16, ... processes, a square: not on 8");
  CHECK_FALSE(refuse_unless_square("SP", 9).has_value());
}

TEST_CASE("more processes than there is work for are refused with the reason") {
  CHECK(refusal("ep", ProblemClass::S, 256).empty());
  CHECK(refusal("ep", ProblemClass::S, 512) ==
        "EP class S has 256 batches of 2^16 pairs: too few for 512 processes");
  CHECK(refusal("cg", ProblemClass::S, 1 << 20).empty());
  CHECK(refusal("cg", ProblemClass::S, 1 << 21) ==
        "CG class S has 1400 columns: too few for 2097152 processes in 2048 columns");
}
