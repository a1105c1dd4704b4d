// SPDX-License-Identifier: Apache-2.0
#include "core/knob.hpp"

#include <doctest/doctest.h>

namespace moderato {

TEST_CASE("settings are described knob by knob") {
  CHECK(describe(Settings{{"rx-usecs", 16}, {"rx-frames", 1}}) == "rx-frames=1 rx-usecs=16");
  CHECK(describe(Settings{}) == "");
}

TEST_CASE("every unit has a name for people, and only 'none' an empty one") {
  CHECK(name_of(Unit::none) == "");
  for (const Unit unit : {Unit::microseconds, Unit::nanoseconds, Unit::frames,
                          Unit::packets_per_second, Unit::seconds, Unit::bytes, Unit::boolean})
    CHECK(name_of(unit) != "");
}

TEST_CASE("a knob without a value is not among the values") {
  CHECK(values_of({{"rx-usecs", 8, ""}, {"rx-frames", {}, "not reported"}}) ==
        Settings{{"rx-usecs", 8}});
}

}  // namespace moderato
