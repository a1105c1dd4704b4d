// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <string_view>

#include "cli/commands.hpp"
#include "cli/exit_status.hpp"
#include "core/environment.hpp"
#include "core/printing.hpp"

namespace moderato {

int report_error(const Error& error) {
  say(stderr, fmt::format("moderato: {}\n", error.message));
  if (!error.remedy.empty()) say(stderr, fmt::format("  try: {}\n", error.remedy));
  return exit_status_of(error.fault);
}

bool use_colour(int fd) {
  // https://no-color.org: present and not empty
  return variable_or("NO_COLOR", "").empty() && ::isatty(fd) == 1;
}

}  // namespace moderato
