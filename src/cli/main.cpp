// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <cstdio>
#include <string_view>
#include <utility>

#include "cli/app.hpp"
#include "cli/commands.hpp"
#include "cli/exit_status.hpp"
#include "cli/standard_streams.hpp"
#include "core/interrupt.hpp"

int main(int argc, char** argv) {
  if (!moderato::open_standard_streams()) return moderato::exit_failed;
  // mpirun's words are not ours to parse, and whom we start for it shall get the signals.
  using Command = int (*)(const std::vector<std::string>&);
  constexpr std::array<std::pair<std::string_view, Command>, 5> inner{{
      {"remote-shell", moderato::remote_shell_command},
      {"run-job", moderato::run_job_command},
      {"run-as", moderato::run_as_command},
      {"door", moderato::door_command},
      {"knock", moderato::knock_command},
  }};
  for (const auto& [name, command] : inner) {
    if (argc > 1 && argv[1] == name) return command({argv + 2, argv + argc});
  }
  const moderato::Interrupt interrupt;
  return moderato::flush_results(stdout, moderato::run_command_line(argc, argv, interrupt));
}
