// SPDX-License-Identifier: Apache-2.0
#include "cli/progress_printer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "space/space.hpp"

namespace moderato {

std::string clock_time(double seconds) {
  const auto whole = static_cast<long>(std::lround(std::max(0.0, seconds)));
  if (whole >= 3600)
    return fmt::format("{}:{:02}:{:02}", whole / 3600, whole / 60 % 60, whole % 60);
  return fmt::format("{}:{:02}", whole / 60, whole % 60);
}

void ProgressPrinter::clear() {
  if (line_open_) fmt::print(stderr, "\r\033[K");
  line_open_ = false;
}

void ProgressPrinter::note(const std::string& text) {
  clear();
  fmt::print(stderr, "{}\n", text);
}

void ProgressPrinter::trial_done(const Position& position, const Trial& trial, bool from_journal) {
  if (trial.state != TrialState::complete && !from_journal)
    note(fmt::format("{} trial: {}: {}", name_of(trial.state), describe(trial.settings),
                     trial.reason));
  const std::string phase =
      fmt::format("{} round {}/{}", name_of(position.phase), position.round, position.rounds);
  const std::string line = fmt::format("{}, trial {}/{}, {} left", phase, position.done,
                                       position.planned, clock_time(position.seconds_left));
  if (terminal_) {
    fmt::print(stderr, "\r\033[K{}", line);
    line_open_ = true;
  } else if (phase != last_plain_ && !from_journal) {
    fmt::print(stderr, "{}\n", line);
    last_plain_ = phase;
  }
}

}  // namespace moderato
