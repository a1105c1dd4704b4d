// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace moderato {

/// Where the lines of a run go that nobody may be watching: to the terminal, and with their
/// priority in front ("<4>", sd-daemon(3)) where stderr is the journal, as under systemd.
class Journal {
 public:
  Journal();
  void tell(std::string_view line) const;      ///< stdout
  void warn(std::string_view line) const;      ///< stderr
  void complain(std::string_view line) const;  ///< stderr

 private:
  bool prefixed_;
};

}  // namespace moderato
