// SPDX-License-Identifier: Apache-2.0
#include "cli/progress_printer.hpp"

#include <doctest/doctest.h>

#include "cli/commands.hpp"
#include "cli/in_child.hpp"

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

TEST_CASE("the line tells rounds, trials, time, the best so far, and what may be gained yet") {
  Position position{.phase = Phase::search,
                    .round = 2,
                    .rounds = 3,
                    .done = 45,
                    .planned = 120,
                    .seconds_left = 200};
  CHECK(progress_line(position) == "search round 2/3, trial 45 of 120, 3:20 left");
  position.incumbent = Incumbent{{{"rx-usecs", 2}}, 3, 0.912, 0.9, 0.93};
  CHECK(progress_line(position) ==
        "search round 2/3, trial 45 of 120, 3:20 left; best so far rx-usecs=2: -8.8 % (-10.0 % to "
        "-7.0 %, 3 rounds)");
  position.at_most = true;
  CHECK(progress_line(position).starts_with(
      "search round 2/3, trial 45 of at most 120, at most 3:20 left; best so far rx-usecs=2"));
  position.expected_gain = 0.01;
  CHECK(progress_line(position).ends_with("3 rounds); another one may gain 1.0 %"));
}

TEST_CASE("what a host sends reaches the terminal without its escape sequences") {
  const std::string sent = "node7: \x1b]0;title\x07 two\nlines";
  CHECK(in_child([&] {
          ProgressPrinter(false).note(sent);
          return 0;
        }).messages == "node7: ?]0;title? two\nlines\n");
  CHECK(in_child([&] {
          return report_error({Fault::runtime, sent, "\x1b[2J"});
        }).messages == "moderato: node7: ?]0;title? two\nlines\n  try: ?[2J\n");
  Position position;
  position.incumbent = Incumbent{{{"\x1b[31m", 2}}, 3, 0.912, 0.9, 0.93};
  const std::string line = in_child([&] {
                             ProgressPrinter(true).trial_done(position, {}, true);
                             return 0;
                           }).messages;
  CHECK(line.starts_with("\r\x1b[K"));  // our own, and again to clear it
  CHECK(line.find("best so far ?[31m=2") != std::string::npos);
}

}  // namespace moderato
