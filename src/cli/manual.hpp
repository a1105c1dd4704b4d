// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace CLI {
class App;
}

namespace moderato {

// The one source of `--help` and of the man page: options come from the command line's own
// definition, the prose from the tables in manual.cpp.

/// The prose under the options of one command.
std::string command_manual(std::string_view command);

/// The prose under the list of commands: exit status, files, environment.
std::string general_manual();

/// moderato(1) in roff.
std::string man_page(const CLI::App& app);

}  // namespace moderato
