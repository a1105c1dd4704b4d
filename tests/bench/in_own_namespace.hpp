// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmt/format.h>

#include <cstdio>
#include <exception>
#include <functional>
#include <string>

#include "../knobs/own_namespace.hpp"

namespace moderato {

/// The exit status of a benchmark in a network namespace of its own: 0 if `measure`, which returns
/// how many times faster we are, reaches `target`, or cannot be run here, and says so.
inline int bench_in_own_namespace(const std::string& name, double target,
                                  const std::function<double()>& measure) try {
  const OwnNamespace own(name);
  double ratio = 0;
  if (!own.valid() || !own.inside([&] { ratio = measure(); })) {
    fmt::print("SKIPPED: no network namespace with a tap can be made (needs root)\n");
    return 0;
  }
  return ratio >= target ? 0 : 1;
} catch (const std::exception& failure) {
  fmt::print(stderr, "bench_{}: {}\n", name, failure.what());
  return 1;
}

}  // namespace moderato
