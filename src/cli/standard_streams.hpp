// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdio>

namespace moderato {

/// Opens /dev/null for each of stdin, stdout and stderr that was closed at the start: else the next
/// file that is opened takes its number, and messages are written into it. What goes to a stdout
/// that was closed stays an error. False: there is no /dev/null.
bool open_standard_streams();

/// Sends off what is left of the results, and returns the exit status of a command that ended with
/// `status`: 1, with a message, if not all of them could be written. No message where the reader
/// went away on purpose (`| head`). A status that tells of a failure already stays.
int flush_results(std::FILE* results, int status);

}  // namespace moderato
