// SPDX-License-Identifier: Apache-2.0
#include "nas/cfd/checks.hpp"

#include <fmt/format.h>

namespace moderato::workloads::nas::cfd {

void add_checks(const std::string& quantity, const State& got, const State& expected,
                double tolerance, Checks& checks) {
  for (int m = 0; m < components; ++m)
    checks.push_back({fmt::format("{}_{}", quantity, m + 1), got[m], expected[m], tolerance});
}

}  // namespace moderato::workloads::nas::cfd
