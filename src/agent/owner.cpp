// SPDX-License-Identifier: Apache-2.0
#include "agent/owner.hpp"

#include <fmt/format.h>
#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

namespace moderato {
namespace {

constexpr std::size_t longest = 500;  ///< of what it does, so that the rest is never cut

std::string user_name() {
  const char* before_sudo = std::getenv("SUDO_USER");
  if (before_sudo != nullptr && *before_sudo != '\0') return before_sudo;
  const passwd* entry = ::getpwuid(::getuid());
  return entry == nullptr ? fmt::format("number {}", ::getuid()) : std::string(entry->pw_name);
}

}  // namespace

std::string owner_text(std::string_view doing) {
  char host[256] = "";
  ::gethostname(host, sizeof host - 1);
  std::string text = fmt::format("{} of user {} (process {} on {})", doing.substr(0, longest),
                                 user_name(), ::getpid(), host);
  // Folders may have any name, but this is one line of text.
  std::ranges::replace_if(
      text, [](unsigned char c) { return c < ' ' || c == 127; }, '?');
  return text;
}

}  // namespace moderato
