// SPDX-License-Identifier: Apache-2.0
#include "core/link.hpp"

#include <algorithm>

namespace moderato {

bool through_shell(const Argv& launch_prefix) {
  return std::ranges::any_of(launch_prefix, [](const std::string& word) {
    const std::string program = word.substr(word.rfind('/') + 1);
    return program == "ssh" || program == "rsh";
  });
}

std::string shell_quoted(const std::string& word) {
  constexpr std::string_view harmless =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789%+,-./:=@_";
  if (!word.empty() && word.find_first_not_of(harmless) == std::string::npos) return word;
  std::string quoted = "'";
  for (const char c : word) {
    if (c == '\'')
      quoted += "'\\''";
    else
      quoted += c;
  }
  return quoted + "'";
}

Argv behind(const Argv& launch_prefix, const Argv& command) {
  Argv argv = launch_prefix;
  const bool quote = through_shell(launch_prefix);
  for (const std::string& word : command)
    argv.push_back(quote ? shell_quoted(word) : word);
  return argv;
}

}  // namespace moderato
