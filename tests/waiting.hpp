// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <doctest/doctest.h>

namespace moderato {

/// The suite of tests that wait for a process or a clock: `TEST_CASE("..." * waiting)`. They are
/// run apart from the unit tests, as waiting/MODULE.
inline const doctest::test_suite waiting("waiting");

}  // namespace moderato
