// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "tune/progress.hpp"

namespace moderato {

/// Progress on stderr: one line that is rewritten on a terminal, else a plain line a round.
class ProgressPrinter : public Progress {
 public:
  /// `columns`: of the terminal, whose line must not wrap; 0: not known.
  explicit ProgressPrinter(bool terminal, std::size_t columns = 0)
      : terminal_(terminal), columns_(columns) {}
  ~ProgressPrinter() override { clear(); }
  void note(const std::string& text) override;
  void trial_done(const Position& position, const Trial& trial, bool from_journal) override;

 private:
  void clear();
  bool terminal_;
  std::size_t columns_;
  bool line_open_ = false;
  std::string last_plain_;
};

/// "search round 4/6, trial 45 of at most 120, at most 3:20 left; best so far rx-usecs=2: -8.8 %
/// (-10.1 % to -7.0 %, 3 rounds); another one may gain 1.2 %"
std::string progress_line(const Position& position);

/// "1:05", "2:00:07"
std::string clock_time(double seconds);

}  // namespace moderato
