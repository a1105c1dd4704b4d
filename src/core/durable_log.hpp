// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/folder.hpp"

namespace moderato {

/// An append-only file: each line is on disk when append() returns. A torn last line (power cut) is
/// cut off when the file is opened. It has one writer at a time: another one is refused, before
/// anything is cut (where the file system has locks).
class DurableLog {
 public:
  /// One that is there.
  static Result<DurableLog> open(const Folder& folder, const std::string& name);
  /// The same; made if it is not there.
  static Result<DurableLog> create(const Folder& folder, const std::string& name);
  Result<void> append(std::string_view line);
  Result<bool> empty() const;

 private:
  DurableLog(Fd fd, std::filesystem::path path) : fd_(std::move(fd)), path_(std::move(path)) {}
  static Result<DurableLog> take(const Folder& folder, const std::string& name, int flags);
  Fd fd_;
  std::filesystem::path path_;
};

}  // namespace moderato
