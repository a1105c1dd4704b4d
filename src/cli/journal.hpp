// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace moderato {

/// Where the lines of a run go that nobody may be watching: to the terminal, and with their
/// priority in front ("<4>", sd-daemon(3)) where stderr is the journal, as under systemd.
class Journal {
 public:
  Journal();
  void tell(std::string line) const;             ///< stdout
  void warn(const std::string& line) const;      ///< stderr
  void complain(const std::string& line) const;  ///< stderr

 private:
  bool prefixed_;
};

}  // namespace moderato
