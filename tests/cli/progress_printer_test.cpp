// SPDX-License-Identifier: Apache-2.0
#include "cli/progress_printer.hpp"

#include <doctest/doctest.h>

namespace moderato {

TEST_CASE("the time left is told as a clock tells it, rounded to seconds, never below zero") {
  CHECK(clock_time(0) == "0:00");
  CHECK(clock_time(-3) == "0:00");
  CHECK(clock_time(59.4) == "0:59");
  CHECK(clock_time(59.6) == "1:00");
  CHECK(clock_time(65) == "1:05");
  CHECK(clock_time(3599.9) == "1:00:00");
  CHECK(clock_time(2 * 3600 + 7) == "2:00:07");
}

}  // namespace moderato
