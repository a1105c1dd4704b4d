// SPDX-License-Identifier: Apache-2.0
#include "cli/progress_printer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <string_view>

#include "core/printing.hpp"
#include "space/space.hpp"

namespace moderato {

std::string clock_time(double seconds) {
  const auto whole = static_cast<long>(std::lround(std::max(0.0, seconds)));
  if (whole >= 3600)
    return fmt::format("{}:{:02}:{:02}", whole / 3600, whole / 60 % 60, whole % 60);
  return fmt::format("{}:{:02}", whole / 60, whole % 60);
}

namespace {

std::string change(double ratio) {
  return fmt::format("{:+.1f} %", 100 * (ratio - 1));
}

std::string phase_text(const Position& position) {
  return fmt::format("{} round {}/{}", name_of(position.phase), position.round, position.rounds);
}

}  // namespace

std::string progress_line(const Position& position) {
  const std::string_view most = position.at_most ? "at most " : "";
  std::string line =
      fmt::format("{}, trial {} of {}{}, {}{} left", phase_text(position), position.done, most,
                  position.planned, most, clock_time(position.seconds_left));
  if (const auto& best = position.incumbent)
    line += fmt::format("; best so far {}: {} ({} to {}, {} round{})", describe(best->settings),
                        change(best->ratio_median), change(best->ratio_low),
                        change(best->ratio_high), best->rounds, best->rounds == 1 ? "" : "s");
  if (position.expected_gain)
    line +=
        fmt::format("; another one may gain {:.1f} %", -100 * std::expm1(-*position.expected_gain));
  return line;
}

void ProgressPrinter::clear() {
  if (line_open_) put(stderr, "\r\033[K");
  line_open_ = false;
}

void ProgressPrinter::note(const std::string& text) {
  clear();
  say(stderr, fmt::format("{}\n", text));
}

void ProgressPrinter::trial_done(const Position& position, const Trial& trial, bool from_journal) {
  if (trial.state != TrialState::complete && !from_journal)
    note(fmt::format("{} trial: {}: {}", name_of(trial.state), describe(trial.settings),
                     trial.reason));
  const std::string phase = phase_text(position);
  std::string line = progress_line(position);
  if (terminal_) {
    if (columns_ > 1 && line.size() >= columns_) line.resize(columns_ - 1);
    put(stderr, "\r\033[K" + printable(line));
    line_open_ = true;
  } else if (phase != last_plain_ && !from_journal) {
    say(stderr, fmt::format("{}\n", line));
    last_plain_ = phase;
  }
}

}  // namespace moderato
