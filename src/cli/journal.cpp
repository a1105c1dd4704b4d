// SPDX-License-Identifier: Apache-2.0
#include "cli/journal.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <utility>

#include "core/printing.hpp"

namespace moderato {
namespace {

/// $JOURNAL_STREAM is inherited by whoever a service starts, also with stderr elsewhere: it names
/// the device and inode that are the journal.
bool stderr_is_journal() {
  const char* stream = std::getenv("JOURNAL_STREAM");
  struct stat info {};
  if (stream == nullptr || ::fstat(STDERR_FILENO, &info) != 0) return false;
  return fmt::format("{}:{}", info.st_dev, info.st_ino) == stream;
}

}  // namespace

Journal::Journal() : prefixed_(stderr_is_journal()) {}

void Journal::tell(std::string line) const {
  if (prefixed_) line.insert(0, "<6>");
  say(stdout, std::move(line += '\n'));
}

void Journal::warn(const std::string& line) const {
  say(stderr, (prefixed_ ? "<4>" : "moderato: ") + line + '\n');
}

void Journal::complain(const std::string& line) const {
  say(stderr, (prefixed_ ? "<3>" : "moderato: ") + line + '\n');
}

}  // namespace moderato
