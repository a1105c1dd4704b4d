// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "tune/progress.hpp"

namespace moderato {

/// Progress on stderr: one line that is rewritten on a terminal, else a plain line a round.
class ProgressPrinter : public Progress {
 public:
  explicit ProgressPrinter(bool terminal) : terminal_(terminal) {}
  ~ProgressPrinter() override { clear(); }
  void note(const std::string& text) override;
  void trial_done(const Position& position, const Trial& trial, bool from_journal) override;

 private:
  void clear();
  bool terminal_;
  bool line_open_ = false;
  std::string last_plain_;
};

/// "1:05", "2:00:07"
std::string clock_time(double seconds);

}  // namespace moderato
