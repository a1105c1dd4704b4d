// SPDX-License-Identifier: Apache-2.0
#include "knobs/plan.hpp"

#include <doctest/doctest.h>

using namespace moderato;

TEST_CASE("modes and values that differ are planned apart, and nothing else is") {
  const auto plan =
      plan_writes({{"adaptive-rx", 0}, {"cqe-mode-rx", 1}, {"rx-usecs", 8}, {"rx-frames", 1}},
                  {{"adaptive-rx", 1},
                   {"cqe-mode-rx", 1},
                   {"rx-usecs", 16},
                   {"rx-frames", 1},
                   {"tx-usecs", 3}});
  CHECK(plan.modes == Settings{{"adaptive-rx", 0}});
  CHECK(plan.values == Settings{{"rx-usecs", 8}});
}

TEST_CASE("what is so already needs no write") {
  const Settings now{{"adaptive-rx", 0}, {"rx-usecs", 8}};
  const auto plan = plan_writes(now, now);
  CHECK(plan.modes.empty());
  CHECK(plan.values.empty());
}

TEST_CASE("only usecs and frames of the adaptive direction move by themselves") {
  const Settings rx{{"adaptive-rx", 1}, {"adaptive-tx", 0}};
  CHECK(moves_by_itself("rx-usecs", rx));
  CHECK(moves_by_itself("rx-frames", rx));
  for (const auto* knob : {"tx-usecs", "tx-frames", "rx-usecs-low", "rx-usecs-high", "adaptive-rx",
                           "pkt-rate-low", "gro-flush-timeout"})
    CHECK_FALSE(moves_by_itself(knob, rx));
  CHECK_FALSE(moves_by_itself("rx-usecs", {}));
}

TEST_CASE("the modes in the way are those of the values to write") {
  const Settings both{{"adaptive-rx", 1}, {"adaptive-tx", 1}};
  CHECK(modes_in_the_way({{"rx-usecs", 1}, {"rx-frames", 2}}, both) ==
        Settings{{"adaptive-rx", 1}});
  CHECK(modes_in_the_way({{"rx-usecs", 1}, {"tx-usecs", 2}}, both) == both);
  CHECK(modes_in_the_way({{"rx-usecs-low", 1}}, both).empty());
  CHECK(modes_in_the_way({{"rx-usecs", 1}}, {{"adaptive-rx", 0}}).empty());
}

TEST_CASE("moved unasked is what stood still before and now, is no mode, and has another value") {
  const Settings before{{"adaptive-rx", 0}, {"cqe-mode-rx", 0}, {"rx-frames", 7},
                        {"tx-usecs", 5},    {"tx-frames", 3},   {"gro-flush-timeout", 1}};
  const Settings now{{"adaptive-rx", 1}, {"cqe-mode-rx", 1}, {"rx-frames", 88},
                     {"tx-usecs", 16},   {"tx-frames", 16},  {"gro-flush-timeout", 1}};
  CHECK(moved_unasked({{"adaptive-rx", 1}, {"tx-usecs", 16}}, before, now) ==
        Settings{{"tx-frames", 3}});
  CHECK(moved_unasked({{"adaptive-rx", 0}}, now, before) ==
        Settings{{"tx-usecs", 16}, {"tx-frames", 16}});
}

TEST_CASE("effective is what the device says, except where it cannot be believed") {
  const Settings wanted{{"adaptive-rx", 1}, {"rx-usecs", 8}, {"tx-usecs", 9}};
  CHECK(effective_values(wanted, {{"adaptive-rx", 1}, {"rx-usecs", 128}, {"tx-usecs", 10}}) ==
        Settings{{"adaptive-rx", 1}, {"rx-usecs", 8}, {"tx-usecs", 10}});
  CHECK(effective_values(wanted, {{"adaptive-rx", 0}, {"rx-usecs", 128}, {"tx-usecs", 10}}) ==
        Settings{{"adaptive-rx", 0}, {"rx-usecs", 128}, {"tx-usecs", 10}});
}
