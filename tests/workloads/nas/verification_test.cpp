// SPDX-License-Identifier: Apache-2.0
#include "nas/verification.hpp"

#include <doctest/doctest.h>

#include <limits>
#include <string>

#include "common/failure.hpp"
#include "nas/cg/classes.hpp"
#include "nas/ep/classes.hpp"

using namespace moderato::workloads;
using namespace moderato::workloads::nas;

namespace {

std::string complaint(const Checks& checks) {
  try {
    require_verified("CG class S", checks);
  } catch (const Failure& failure) {
    return failure.what();
  }
  return {};
}

}  // namespace

TEST_CASE("a result holds up to its relative tolerance, above and below, whatever its sign") {
  for (const double expected : {8.0, -8.0}) {
    CHECK(holds({"zeta", expected * (1 + 1e-3), expected, 1.001e-3}));
    CHECK(holds({"zeta", expected * (1 - 1e-3), expected, 1.001e-3}));
    CHECK_FALSE(holds({"zeta", expected * (1 + 1e-3), expected, 0.999e-3}));
    CHECK_FALSE(holds({"zeta", expected * (1 - 1e-3), expected, 0.999e-3}));
    CHECK_FALSE(holds({"zeta", -expected, expected, 1e-3}));
  }
}

TEST_CASE("tolerance 0 demands the number itself, and 0 is compared absolutely") {
  CHECK(holds({"count", 17, 17, 0}));
  CHECK_FALSE(holds({"count", 18, 17, 0}));
  CHECK(holds({"count", 0, 0, 0}));
  CHECK_FALSE(holds({"count", 1, 0, 0}));
}

TEST_CASE("what is not a number or infinite never holds") {
  CHECK_FALSE(holds({"zeta", std::numeric_limits<double>::quiet_NaN(), 8, 1e-3}));
  CHECK_FALSE(holds({"zeta", std::numeric_limits<double>::infinity(), 8, 1e-3}));
}

TEST_CASE("a failed verification tells all that was wrong, with figures, and nothing else") {
  CHECK(complaint({{"zeta", 8, 8, 1e-10}}).empty());
  CHECK(complaint({{"zeta", 8.5, 8, 1e-10}, {"rho", 1, 1, 0}, {"count", 3, 4, 0}}) ==
        "CG class S: verification failed; zeta is 8.5, expected 8: relative error 0.0625,"
        " tolerance 1e-10; count is 3, expected 4: relative error 0.25, tolerance 0");
}

TEST_CASE("the published values are those of their classes") {
  CHECK(row_of(cg::classes, ProblemClass::S).zeta == 8.5971775078648);
  CHECK(row_of(cg::classes, ProblemClass::W).zeta == 10.362595087124);
  CHECK(row_of(cg::classes, ProblemClass::A).zeta == 17.130235054029);
  CHECK(row_of(cg::classes, ProblemClass::B).zeta == 22.712745482631);
  CHECK(row_of(cg::classes, ProblemClass::C).zeta == 28.973605592845);
  CHECK(row_of(ep::classes, ProblemClass::S).reference.sum_x == -3.247834652034740e+3);
  CHECK(row_of(ep::classes, ProblemClass::W).reference.sum_y == -6.320053679109499e+3);
  CHECK(row_of(ep::classes, ProblemClass::A).reference.absolute_sum_x == 1.682235632304711e+08);
  CHECK(row_of(ep::classes, ProblemClass::B).reference.absolute_sum_y == 6.728951822504275e+08);
}

TEST_CASE("the published counts of the annuli add up to the published pairs") {
  constexpr ClassTable<std::int64_t> pairs{{13176389, 26354769, 210832767, 843345606, 3373275903}};
  for (std::size_t i = 0; i < problem_classes; ++i) {
    std::int64_t sum = 0;
    for (const std::int64_t count : ep::classes[i].reference.counts)
      sum += count;
    CHECK(sum == pairs[i]);
    CHECK(sum < std::int64_t{1} << ep::classes[i].log2_pairs);
  }
}
