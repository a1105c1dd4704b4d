// SPDX-License-Identifier: Apache-2.0
#include <string_view>

#include "cli/app.hpp"
#include "cli/commands.hpp"
#include "core/interrupt.hpp"

int main(int argc, char** argv) {
  // mpirun's words are not ours to parse, and whom we start for it shall get the signals.
  if (argc > 1 && std::string_view(argv[1]) == "remote-shell")
    return moderato::remote_shell_command({argv + 2, argv + argc});
  const moderato::Interrupt interrupt;
  return moderato::run_command_line(argc, argv, interrupt);
}
