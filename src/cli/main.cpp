// SPDX-License-Identifier: Apache-2.0
#include "cli/app.hpp"
#include "core/interrupt.hpp"

int main(int argc, char** argv) {
  const moderato::Interrupt interrupt;
  return moderato::run_command_line(argc, argv, interrupt);
}
