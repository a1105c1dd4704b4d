// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "core/fd.hpp"

namespace moderato {

/// Turns SIGINT, SIGTERM, SIGHUP and SIGQUIT into something that can be polled, so that every exit
/// path is an ordinary return that restores. Make one, in main, before any thread starts.
class Interrupt {
 public:
  Interrupt();
  int fd() const { return fd_.get(); }  ///< readable from the first signal on, for ever
  /// A signal that came, if any; of several not necessarily the first.
  std::optional<int> signal() const;
  /// Whether this one came, whatever else did.
  bool came(int number) const;

 private:
  Fd fd_;
};

}  // namespace moderato
