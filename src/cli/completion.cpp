// SPDX-License-Identifier: Apache-2.0
#include "cli/completion.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>

namespace moderato {
namespace {

/// "--policy --link ..." without those that no help mentions.
std::string option_names(const CLI::App& command) {
  std::string names;
  for (const CLI::Option* option : command.get_options()) {
    if (option->get_group().empty()) continue;
    for (const auto& name : option->get_lnames())
      names += fmt::format("{}--{}", names.empty() ? "" : " ", name);
  }
  return names;
}

/// CLI11 shows the members of a set as "TEXT:{a,b}".
std::string values_of(const CLI::Option& option) {
  const std::string type = option.get_type_name();
  const auto begin = type.find('{'), end = type.find('}');
  if (begin == std::string::npos || end == std::string::npos || end < begin) return {};
  std::string values = type.substr(begin + 1, end - begin - 1);
  std::ranges::replace(values, ',', ' ');
  return values;
}

/// Lines of `case "$command$previous"`, for the values of options.
std::string value_cases(const CLI::App& command) {
  std::string cases;
  for (const CLI::Option* option : command.get_options()) {
    const std::string values = values_of(*option);
    if (values.empty()) continue;
    for (const auto& name : option->get_lnames())
      cases += fmt::format("    {}--{}) words='{}' ;;\n", command.get_name(), name, values);
  }
  return cases;
}

}  // namespace

std::string bash_completion(const CLI::App& app) {
  std::string commands, options, values;
  for (const CLI::App* command : app.get_subcommands(nullptr)) {
    if (command->get_group().empty()) continue;
    commands += (commands.empty() ? "" : " ") + command->get_name();
    options += fmt::format("    {}) words='{}' ;;\n", command->get_name(), option_names(*command));
    values += value_cases(*command);
  }
  return fmt::format(R"(# SPDX-License-Identifier: Apache-2.0
# Completion of moderato for bash; `moderato --completion` writes it.
_moderato() {{
  local current=${{COMP_WORDS[COMP_CWORD]}} previous=${{COMP_WORDS[COMP_CWORD - 1]}}
  local command=${{COMP_WORDS[1]}} words=
  if [ "$COMP_CWORD" = 1 ]; then
    COMPREPLY=($(compgen -W '{0} {1}' -- "$current"))
    return
  fi
  case $command$previous in
{2}  esac
  if [ -z "$words" ] && [ "${{current#-}}" != "$current" ]; then
    case $command in
{3}    esac
  fi
  [ -z "$words" ] || COMPREPLY=($(compgen -W "$words" -- "$current"))
}}
# Where nothing of the above fits, files do.
complete -o default -F _moderato moderato
)",
                     commands, option_names(app), values, options);
}

}  // namespace moderato
