// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tune/progress.hpp"

namespace moderato {

/// Nobody listens.
class Silence : public Progress {
 public:
  void note(const std::string&) override {}
  void trial_done(const Position&, const Trial&, bool) override {}
};

}  // namespace moderato
