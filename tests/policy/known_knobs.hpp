// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>

#include "policy/policy.hpp"

/// The knobs that the shipped policies name, written out: a pure module's tests read no catalogue.
inline std::map<std::string, moderato::KnobRange> known_knobs() {
  constexpr moderato::KnobRange u32{0, 4294967295}, boolean{0, 1};
  return {
      {"rx-usecs", u32},
      {"rx-frames", u32},
      {"tx-usecs", u32},
      {"tx-frames", u32},
      {"rx-usecs-low", u32},
      {"rx-usecs-high", u32},
      {"pkt-rate-low", u32},
      {"pkt-rate-high", u32},
      {"adaptive-rx", boolean},
      {"adaptive-tx", boolean},
      {"sample-interval", u32},
      {"napi-defer-hard-irqs", {0, 2147483647}},
      {"gro-flush-timeout", {0, 1'000'000'000}},
      {"srq-limit", {1, 2147483647}},
  };
}
