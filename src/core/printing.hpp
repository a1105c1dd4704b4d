// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdio>
#include <string>
#include <string_view>

namespace moderato {

/// Writes `text` as it is. That it could not be written (the reader has gone, the disk is full) is
/// nobody's business here: whoever has settings to put back goes on. Results are looked after at
/// the end, by ferror().
void put(std::FILE* to, std::string_view text);

/// The same for messages, whose parts may come from hosts, drivers and files: printable_lines().
void say(std::FILE* to, std::string text);

/// Text from drivers, hosts and files, made safe to print: control characters (an escape sequence
/// would reach the terminal), those beyond ASCII included, become '?'.
std::string printable(std::string text);

/// The same for text of several lines: their ends stay, and so do tabs.
std::string printable_lines(std::string text);

}  // namespace moderato
