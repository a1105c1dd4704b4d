// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>
#include <utility>
#include <vector>

namespace moderato::workloads {

/// A program that runs beside this one, and never outlives it. Every function throws Failure.
class Child {
 public:
  enum class Output { shared, to_stderr };
  Child(const std::vector<std::string>& words, Output output);
  Child(Child&& other) noexcept
      : name_(std::move(other.name_)), pid_(std::exchange(other.pid_, -1)) {}
  Child& operator=(Child&&) = delete;
  ~Child();  ///< kills it if it still runs

  /// A failure when it has ended.
  void require_running();
  /// Waits for its end; a failure unless it ends with status 0, or when it has not in time.
  void require_success(std::chrono::milliseconds patience);

 private:
  void check(int status) const;
  std::string name_;
  int pid_ = -1;
};

/// Whether somebody on this host listens on the TCP port, by /proc/net/tcp and tcp6.
bool listens(int port);
/// The same of the text of such a file.
bool has_listener(const std::string& table, int port);

}  // namespace moderato::workloads
