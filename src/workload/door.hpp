// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "core/link.hpp"
#include "core/result.hpp"
#include "core/user.hpp"

namespace moderato {

// Launch prefixes may need root, and mpirun, which starts daemons behind them, shall not have it.
// So a small process of root's, the door, stands beside it: mpirun asks it, through `moderato
// knock`, to run words for a shell on a host. The door puts the launch prefix of that host and
// `moderato run-as USER` in front, so that whatever is asked for runs as the user in the end. The
// words travel as hexadecimal digits: a shell of root's on the way, be it one that nobody knows of
// in a prefix that is a script around ssh, finds nothing in them to interpret. Nothing but the name
// of a host of the link and those words is taken from whoever asks, and it has to be the user.

/// "This host, please, and these words to a shell there."
struct DoorRequest {
  std::string host;  ///< an address of the link
  Argv words;
};

/// Bytes; twice as many fit in a word of an argv.
inline constexpr std::size_t longest_door_request = 60u << 10;

/// Words with a zero byte behind each, the host first.
std::string to_bytes(const DoorRequest& request);
/// Refuses what is too long or torn, and control characters: a shell of root's that forwards the
/// words (ssh) could take a line feed for the end of a command.
Result<DoorRequest> parse_door_request(std::string_view bytes);

/// To whom the door opens, and where it leads.
struct Door {
  User user;
  std::vector<std::string> map;    ///< address=prefix words joined with commas
  std::filesystem::path moderato;  ///< this program, at the same path on every host
};

/// PREFIX moderato run-as USER --line SHELL DIGITS
Result<Argv> behind_door(const Door& door, const DoorRequest& request);

/// What `--line` stands for: SHELL -c WORDS.
Result<Argv> line_from(const std::string& shell, const std::string& digits);

/// Runs `command` as the door's user with the caller's stdin, stdout and stderr, serves its
/// requests, and returns its exit status as a shell would say it. What it has started behind the
/// door ends when the one who asked does, or else with this process's supervisor (supervise.hpp).
/// Precondition: as supervise(); the caller is root.
Result<int> keep_door(const Door& door, const Argv& command);

/// The name of the door in the environment of those who may knock.
inline constexpr const char* door_variable = "MODERATO_DOOR";

/// Asks the door `name` to run it with the caller's stdin, stdout and stderr. Returns its exit
/// status.
Result<int> knock(const std::string& name, const DoorRequest& request);

}  // namespace moderato
