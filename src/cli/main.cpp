// SPDX-License-Identifier: Apache-2.0
#include <string_view>

#include "cli/app.hpp"
#include "cli/commands.hpp"
#include "core/interrupt.hpp"

int main(int argc, char** argv) {
  // mpirun's words are not ours to parse, and whom we start for it shall get the signals.
  const std::string_view first = argc > 1 ? argv[1] : "";
  if (first == "remote-shell") return moderato::remote_shell_command({argv + 2, argv + argc});
  if (first == "run-job") return moderato::run_job_command({argv + 2, argv + argc});
  const moderato::Interrupt interrupt;
  return moderato::run_command_line(argc, argv, interrupt);
}
