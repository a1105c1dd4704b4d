// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "boot/boot.hpp"
#include "core/result.hpp"

namespace moderato {

/// The options by which a command is told the hosts it works on.
struct HostOptions {
  std::string link;        ///< a link document, by file or name
  std::string hosts;       ///< link/hosts.hpp; neither: this host
  std::string launch;      ///< of `hosts`
  double deadline_s = 30;  ///< for each host

  bool here() const { return link.empty() && hosts.empty(); }
  std::chrono::milliseconds deadline() const {
    return std::chrono::milliseconds(static_cast<std::int64_t>(deadline_s * 1e3));
  }
};

/// This host, every endpoint of the link, or the chosen hosts.
Result<std::vector<Target>> targets_of(const HostOptions& options, const std::string& netdev);

/// What has become of a command on all of its hosts.
class HostTally {
 public:
  explicit HostTally(std::size_t hosts) : hosts_(hosts) {}
  /// Tells the failure on stderr, with the host's name.
  void failed(const Target& target, const Error& error);
  void different() { different_ = true; }
  /// Says on stderr which of several hosts have failed, and returns the exit status: 1 or, if all
  /// failures are mistakes of the command line or a document, 2; 3 where a host differs; else 0.
  int finish() const;

 private:
  std::size_t hosts_;
  std::vector<std::string> failures_;
  int status_ = 0;
  bool different_ = false;
};

}  // namespace moderato
