// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace CLI {
class App;
}

namespace moderato {

/// The completion script for bash, from what the command line takes: commands, their options, and
/// the values of options that have a set of them. Files elsewhere.
std::string bash_completion(const CLI::App& app);

}  // namespace moderato
